"""`/console/setup/account-file`: what a file would change, and then changing it."""

import asyncio
from dataclasses import dataclass
from typing import cast, get_args

from openslot.account_file.actions import APPLY_FILE, EXPORT_FILE, FileToApply
from openslot.account_file.apply import Applied
from openslot.account_file.document import AccountDocument
from openslot.account_file.yaml_source import DocumentSource, read
from openslot.account_file.yaml_text import yaml_of
from openslot.delivery.outbound.addresses import Reach
from openslot.kernel.errors import Conflict, Invalid
from openslot.scheduling.booking.idempotency import RecordedOutcome, Replayed
from openslot.scheduling.catalogue.zone_changes import ZoneChangeNeedsChoice
from openslot.scheduling.rebasing.shifts import Choice
from openslot.storage.transactions import AccountTx
from openslot.web.console.account_file.change_lines import change_lines
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.problems import BodyTooLarge
from openslot.web.http.response import Response
from openslot.web.http.transport import MOST_FILE_BYTES

MOST_FORM_BYTES = 3 * MOST_FILE_BYTES  # as a form each line feed is six characters

_PATH = "/console/setup/account-file"
_FILE, _APPOINTMENTS = "text", "appointments"  # names of fields


@dataclass(frozen=True)
class _Faulty(Exception):
    """What is wrong with the file, by field."""

    faults: dict[str, str]


class FilePage:
    """Shows the page, the file itself, and takes its two buttons."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console
        self._reach = Reach.of(console.app.settings.webhook_allowed_networks)

    async def show(self, request: ConsoleRequest) -> Response:
        """The page with an empty field."""
        return self._page(request, FormValues(typed=request.typed))

    async def export(self, request: ConsoleRequest) -> Response:
        """The account as it is, without secrets: equal to what `openslot export` prints."""
        document = await self._console.run(request, EXPORT_FILE, None)
        return Response(
            200,
            yaml_of(document).encode(),
            {
                "Content-Type": "application/yaml; charset=utf-8",
                "Content-Disposition": f'attachment; filename="{request.account.name}.yaml"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    async def take(self, request: ConsoleRequest) -> Response:
        """Compares the file, or applies it.

        Raises:
            BodyTooLarge: the file has more than 1 MiB.
        """
        applies = request.form.has("apply")
        try:
            document = await self._document(request)
            given = self._given(request, document)
            if not applies:
                applied = await self._console.dry_run(request, APPLY_FILE, given, _itself)
                return self._page(request, FormValues(typed=request.form), compared=applied)
            return await self._applied(request, given)
        except _Faulty as faulty:
            faults = faulty.faults
        except ZoneChangeNeedsChoice:
            faults = {_APPOINTMENTS: request.words.say("Choose what appointments keep")}
        except Invalid as refusal:
            faults = {_FILE: refusal.detail}
        except Conflict as conflict:
            faults = {_FILE: conflict.detail}
        form = FormValues(typed=request.form, faults=faults)
        return self._page(request, form, asks_for_choice=_APPOINTMENTS in faults, status=422)

    async def _applied(self, request: ConsoleRequest, given: FileToApply) -> Response:
        key = request.idempotency_key

        def record(tx: AccountTx, applied: Applied) -> Applied:
            # What is recorded holds no secret: those are shown this once.
            key.record(tx, RecordedOutcome(200, "{}", b""))
            return applied

        try:
            applied = await self._console.run_and(request, APPLY_FILE, given, record)
        except Replayed:
            notice = request.words.say("This file was applied already.")
            return self._console.see_other(request, _PATH, notice)
        return self._page(request, FormValues(), applied=applied)

    async def _document(self, request: ConsoleRequest) -> AccountDocument:
        content = request.form.one(_FILE).replace("\r\n", "\n").encode()
        if len(content) > MOST_FILE_BYTES:
            raise BodyTooLarge
        # In a thread: a large file takes seconds to read.
        sources = await asyncio.to_thread(read, content, "", self._reach)
        words = request.words
        mistakes = [_said(request, source) for source in sources if source.mistakes]
        if mistakes:
            raise _Faulty({_FILE: "\n".join(mistakes)})
        if len(sources) != 1 or sources[0].document is None:
            raise _Faulty({_FILE: words.say("Paste one account file")})
        return sources[0].document

    def _given(self, request: ConsoleRequest, document: AccountDocument) -> FileToApply:
        chosen = request.form.one(_APPOINTMENTS)
        choice = cast(Choice, chosen) if chosen in get_args(Choice) else None
        return FileToApply(
            document=lambda: document,
            keys=self._console.app.purpose_keys,
            choice=choice,
            replay=request.idempotency_key.replay,
        )

    def _page(
        self,
        request: ConsoleRequest,
        form: FormValues,
        *,
        compared: Applied | None = None,
        applied: Applied | None = None,
        asks_for_choice: bool = False,
        status: int = 200,
    ) -> Response:
        shown = compared or applied
        chosen = form.one(_APPOINTMENTS)
        values = {
            "compared": compared,
            "applied": applied,
            "changes": change_lines(shown, request.words) if shown else [],
            "asks_for_choice": asks_for_choice or bool(chosen),
        }
        heading = request.words.say("Account file")
        page = ConsolePage(heading, "account_file/file.html", values, form, status)
        return self._console.page(request, page)


def _itself(_: AccountTx, applied: Applied) -> Applied:
    return applied


def _said(request: ConsoleRequest, source: DocumentSource) -> str:
    """Every mistake of a document, a line each."""
    return "\n".join(
        request.words.say(
            "Line {line}, column {column}: {fault}",
            line=mistake.line,
            column=mistake.column,
            fault=mistake.fault.detail,
        )
        for mistake in source.mistakes
    )
