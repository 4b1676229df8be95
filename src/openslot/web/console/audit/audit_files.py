"""The audit trail as a file: whole, in the API's formats, sent while it is read."""

from collections.abc import AsyncIterator
from dataclasses import replace

from openslot.storage.journal.actions import LIST_EVENTS, AuditListing
from openslot.storage.journal.audit import AuditFilter
from openslot.web.api.audit_formats import COLUMNS, FORMATS, Format, shown_as
from openslot.web.api.csv_rows import csv_row
from openslot.web.console.audit.filters import audit_filter
from openslot.web.console.frame.account_items.account_times import zone_of_account
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.serving.streamed_file import StreamedFile

_EVENTS_PER_PART = 200  # a few milliseconds, so that others are served in between


class AuditFiles:
    """`/console/audit.csv` and `/console/audit.jsonl`, with the filters of the page.

    Each raises Invalid where a filter cannot be taken.
    """

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def csv(self, request: ConsoleRequest) -> StreamedFile:
        """A row with the names of the columns, and one for each event."""
        return await self._file(request, "csv", csv_row(COLUMNS))

    async def json_lines(self, request: ConsoleRequest) -> StreamedFile:
        """A JSON object for each event, on a line of its own."""
        return await self._file(request, "jsonl", "")

    async def _file(self, request: ConsoleRequest, name: str, beginning: str) -> StreamedFile:
        zone = await self._console.read(request, zone_of_account)
        form, wanted = FORMATS[name], audit_filter(request.query, zone)
        headers = {
            "Content-Type": form.media_type,
            **form.headers,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return StreamedFile(self._parts(request, form, wanted, beginning), headers)

    async def _parts(
        self, request: ConsoleRequest, form: Format, wanted: AuditFilter, beginning: str
    ) -> AsyncIterator[bytes]:
        yield beginning.encode()
        has_more = True
        while has_more:
            listing = AuditListing(wanted, _EVENTS_PER_PART)
            found = await self._console.run(request, LIST_EVENTS, listing)
            has_more = found.has_more
            if found.items:
                last = found.items[-1]
                wanted = replace(wanted, before_at=last.at, before_id=last.id)
                yield "".join(form.line(shown_as(event)) for event in found.items).encode()
