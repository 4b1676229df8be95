"""`openslot apply`: accounts become what their files say."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openslot import settings as setting
from openslot.cli.installation import on_database, purpose_keys_of
from openslot.cli.printing import print_json
from openslot.kernel.errors import OpenslotError
from openslot.settings import Settings
from openslot.storage.transactions import Database

if TYPE_CHECKING:
    from openslot.account_file.apply import Applied
    from openslot.account_file.yaml_source import DocumentSource
    from openslot.identity.clients.apply import IssuedCredentials
    from openslot.identity.clients.apply_api_keys import IssuedApiKey
    from openslot.scheduling.rebasing.shifts import Choice


class ZoneChangeOption(StrEnum):
    """What appointments keep when their branch gets another time zone."""

    INSTANT = "keep-instant"
    WALL_TIME = "keep-wall-time"


@dataclass
class _Results:
    """What came of the documents that could be read: those applied, and why others were not."""

    applied: list["Applied"] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def apply(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Account files; - is standard input.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    appointments: Annotated[
        ZoneChangeOption | None,
        typer.Option(help="Which time of its appointments a branch keeps in another zone."),
    ] = None,
) -> None:
    """Make accounts match account files.

    Each account is changed in one transaction: if one has faults, the others are applied
    anyway, the faults are listed and the exit code is 1. The secret of a new client is printed
    once, here.
    """
    from openslot.account_file.yaml_source import read  # noqa: PLC0415
    from openslot.delivery.outbound.addresses import Reach  # noqa: PLC0415

    reach = Reach.of(setting.load().webhook_allowed_networks)
    sources: list[DocumentSource] = []
    failed = False
    for file in files:
        try:
            sources += read(_content(file), "stdin" if file == "-" else file, reach)
        except OSError as error:
            failed = True
            typer.echo(f"{file}: {error.strerror}", err=True)
    # Before anything else is tried: the faults of a file do not depend on the database.
    for mistake in (mistake for source in sources for mistake in source.mistakes):
        failed = True
        typer.echo(str(mistake), err=True)
    results = _Results()
    choice: Choice | None = None if appointments is None else appointments.value
    try:
        if any(source.document for source in sources):
            on_database(lambda d, s: _apply_all(d, s, sources, dry_run, choice, results))
    finally:
        # Whatever happens on the way, secrets that were made are shown: nobody can look them up.
        _print(results, dry_run=dry_run, as_json=as_json)
    for failure in results.failures:
        typer.echo(failure, err=True)
    if failed or results.failures:
        raise typer.Exit(1)


def _content(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


async def _apply_all(
    database: Database,
    settings: Settings,
    sources: Sequence["DocumentSource"],
    dry_run: bool,
    choice: "Choice | None",
    results: _Results,
) -> None:
    from openslot.account_file.apply import apply as apply_document  # noqa: PLC0415

    keys = await purpose_keys_of(database, settings)
    seen: dict[str, DocumentSource] = {}
    for source in sources:
        document = source.document
        if document is None:
            continue
        where = f"{source.file}:{source.line}:1"
        first = seen.setdefault(document.account, source)
        if first is not source:
            results.failures.append(
                f"{where}: the account {document.account} is described at "
                f"{first.file}:{first.line} already; put all of it in one document"
            )
            continue
        try:
            results.applied.append(
                await apply_document(database, keys, document, dry_run=dry_run, choice=choice)
            )
        except OpenslotError as error:
            results.failures.append(f"{where}: {error.detail}")


def _print(results: _Results, *, dry_run: bool, as_json: bool) -> None:
    secrets = [secret for applied in results.applied for secret in applied.new_secrets]
    api_keys = [made for applied in results.applied for made in applied.api_keys]
    webhook_secrets = [made for applied in results.applied for made in applied.webhook_secrets]
    if as_json:
        print_json(
            {
                "accounts": [
                    {
                        "account": applied.account,
                        "changes": [
                            {"kind": c.kind, "key": c.key, "change": c.action}
                            for c in applied.changes
                        ],
                        "stranded": list(applied.stranded),
                    }
                    for applied in results.applied
                ],
                "clients": [secret_json(secret) for secret in secrets],
                "apiKeys": [api_key_json(made) for made in api_keys],
                "webhooks": [
                    {"account": made.account, "key": made.key, "secret": made.secret}
                    for made in webhook_secrets
                ],
            }
        )
        return
    for applied in results.applied:
        if not applied.changes:
            typer.echo(f"{applied.account}: no changes")
        for change in applied.changes:
            would = "would be " if dry_run else ""
            typer.echo(f"{applied.account}: {change.kind} {change.key} {would}{change.action}")
        if applied.stranded:
            count = len(applied.stranded)
            what = "1 appointment" if count == 1 else f"{count} appointments"
            plain = "no longer fits" if count == 1 else "no longer fit"
            verb = "would no longer fit" if dry_run else plain
            typer.echo(f"{applied.account}: {what} {verb}")
    for made in webhook_secrets:
        typer.echo(f"\nwebhook {made.key} of {made.account}")
        typer.echo(f"  secret         {made.secret}")
    print_api_keys(api_keys)
    print_secrets(secrets, others=bool(webhook_secrets or api_keys))


def secret_json(secret: "IssuedCredentials") -> dict[str, str]:
    """A new client as JSON; a public one has no `clientSecret`."""
    shown = {"account": secret.account, "key": secret.key, "clientId": secret.client_id}
    return (
        shown if secret.client_secret is None else {**shown, "clientSecret": secret.client_secret}
    )


def print_secrets(secrets: Sequence["IssuedCredentials"], *, others: bool = False) -> None:
    """New clients for people, with the one warning that matters.

    `others`: secrets of something else were printed before.
    """
    for secret in secrets:
        typer.echo(f"\nclient {secret.key} of {secret.account}")
        typer.echo(f"  client id      {secret.client_id}")
        typer.echo(f"  client secret  {secret.client_secret or 'none: it needs none'}")
    if others or any(secret.client_secret for secret in secrets):
        typer.echo("\nSave the secrets now: they are not shown again.")


def api_key_json(made: "IssuedApiKey") -> dict[str, str]:
    """A new API key as JSON."""
    return {
        "account": made.account,
        "client": made.client,
        "key": made.key,
        "apiKey": made.api_key,
    }


def print_api_keys(issued: Sequence["IssuedApiKey"]) -> None:
    """New API keys for people; the warning follows with the secrets."""
    for made in issued:
        typer.echo(f"\nAPI key {made.key} of client {made.client} of {made.account}")
        typer.echo(f"  API key  {made.api_key}")
