"""`openslot mail`: whether the mail server takes our mail, and what it says later."""

import asyncio
import sys
from html import escape
from typing import TYPE_CHECKING, Annotated

import typer

from openslot import settings as setting
from openslot.cli.arguments import AsJson
from openslot.cli.installation import on_database
from openslot.cli.printing import print_json
from openslot.kernel.clock import instant_of_millis, now_ms
from openslot.kernel.ids import new_id
from openslot.kernel.mail_server import mail_server
from openslot.mail_setting_values import name_and_address
from openslot.settings import Settings, SettingsError
from openslot.storage.transactions import Database

if TYPE_CHECKING:
    from openslot.delivery.messages.bounces import NotedReport

commands = typer.Typer(help="Set up mail.", no_args_is_help=True)

_SUBJECT = "Mail of Openslot arrives"
_TEXT = "This mail was sent by `openslot mail check`. Your mail server took it."


@commands.command()
def check(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Who gets the mail.")],
) -> None:
    """Send one mail and print each answer of the mail server.

    Exit code 0: the server took it; 1: it did not, or is not there.
    """
    from openslot.delivery.mail.smtp_connection import ServerUnreachable  # noqa: PLC0415
    from openslot.delivery.model.outcome import Result  # noqa: PLC0415

    settings = setting.load()
    if not settings.smtp_url:
        raise SettingsError(
            "OPENSLOT_SMTP_URL is not set: name the mail server, such as smtp://mail.example.org"
        )
    try:
        result, detail = asyncio.run(_send(settings, address))
    except ServerUnreachable as error:
        result, detail = Result.RETRIED, str(error)
    except ValueError as error:
        raise typer.BadParameter(f"{address!r} is not an address: {error}") from error
    if result is not Result.DELIVERED:
        typer.echo(f"openslot: the mail server did not take the mail: {detail}", err=True)
        raise typer.Exit(1)
    typer.echo(f"The mail server took the mail. Look for it at {address}.")


@commands.command()
def bounce(as_json: AsJson = False) -> None:
    """Read a mail server's report of undelivered mail from standard input, of whatever account.

    Exit code 0: the message is found, and what the report says is noted; 1: it is no report, or
    about no mail that was sent from here.
    """
    from openslot.delivery.mail.delivery_reports import MOST_BYTES, read_report  # noqa: PLC0415
    from openslot.delivery.messages import bounces  # noqa: PLC0415

    content = sys.stdin.buffer.read(MOST_BYTES)
    while sys.stdin.buffer.read(MOST_BYTES):  # who writes it shall get rid of the rest
        pass
    report = read_report(content)

    async def work(database: Database, _: Settings) -> "NotedReport":
        account_id = await database.read_system(
            "a report does not say whose mail it is", bounces.account_reported_on, report
        )
        return await database.write(account_id, bounces.note_report, report)

    message = on_database(work).message
    if as_json:
        shown = {"id": message.id, "appointmentId": message.booking_id, "status": message.status}
        print_json({"messages": [shown]})
    else:
        typer.echo(f"Message {message.id} is {message.status}.")


async def _send(settings: Settings, address: str) -> tuple[str, str]:
    from openslot.delivery.mail.composing import Letter, compose  # noqa: PLC0415
    from openslot.delivery.mail.smtp_connection import Posting, SmtpConnection  # noqa: PLC0415
    from openslot.delivery.texts.rendering import RenderedMessage  # noqa: PLC0415

    name, sender = name_and_address(settings.mail_from)
    message_id = new_id()
    letter = Letter(
        message_id=message_id,
        locale="en",
        sender_name=name or "Openslot",
        sender=sender,
        answers_to="",
        recipient=address,
        content=RenderedMessage(_SUBJECT, f"{_TEXT}\n", f'<p lang="en">{escape(_TEXT)}</p>\n'),
    )
    mail = compose(letter, instant_of_millis(now_ms()))
    posting = Posting(message_id, settings.mail_return_path or sender, address, mail)
    connection = SmtpConnection(
        mail_server(settings.smtp_url), settings.smtp_timeout_seconds, hear=typer.echo
    )
    async with connection:
        outcome = await connection.send(posting)
        return outcome.result, outcome.detail or ""
