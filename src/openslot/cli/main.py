"""The program `openslot`: its commands, and how it prints their refusals."""

import gc
import io
import os
import sys
from types import ModuleType
from typing import Any, cast

import typer
from typer.core import TyperGroup

from openslot.cli import (
    account,
    apply,
    backup,
    copy,
    export,
    keys,
    migrate,
    restore,
    serve,
    settings,
    timezones,
    user,
    verify,
    worker,
)
from openslot.cli.clients import clients
from openslot.cli.demo.command import demo
from openslot.cli.imports import command
from openslot.cli.mail.command import commands as mail_commands
from openslot.kernel.errors import Invalid, OpenslotError
from openslot.settings import SettingsError
from openslot.storage.transactions import DatabaseUnavailable, SchemaMismatch


class Program(TyperGroup):
    """Prints errors that a person can do something about in one line, and ends with 1."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that was named."""
        try:
            return super().invoke(ctx)
        except (OpenslotError, SettingsError, SchemaMismatch, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise  # the reader of our output has closed it
            for line in _lines(error):
                typer.echo(f"openslot: {line}", err=True)
            raise typer.Exit(1) from error


def _lines(error: Exception) -> list[str]:
    if isinstance(error, Invalid):
        return [fault.detail for fault in error.faults]
    if isinstance(error, OSError) and error.strerror:
        return [f"{error.filename}: {error.strerror}" if error.filename else error.strerror]
    if isinstance(error, DatabaseUnavailable) and error.detail == error.title and error.__cause__:
        return [f"{error} ({' '.join(str(error.__cause__).split())})"]
    return [str(error)]


program = typer.Typer(
    name="openslot",
    cls=Program,
    help="Appointments for many organisations, with their own OAuth 2 server.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
program.command("demo")(demo)
program.command("serve")(serve.serve)
program.command("migrate")(migrate.migrate)
program.command("apply")(apply.apply)
program.command("export")(export.export)
program.add_typer(command.commands, name="import")
program.add_typer(account.commands, name="account")
program.add_typer(clients.commands, name="client")
program.add_typer(user.commands, name="user")
program.add_typer(keys.commands, name="keys")
program.add_typer(mail_commands, name="mail")
program.add_typer(timezones.commands, name="timezones")
program.command("worker")(worker.worker)
program.command("verify")(verify.verify)
program.command("backup")(backup.backup)
program.command("restore")(restore.restore)
program.command("copy")(copy.copy)
program.command("settings")(settings.settings)


def run() -> None:
    """The entry point: exit code 0 done, 1 refused or failed, 2 wrong use."""
    # Whatever is imported stays; looking through it again and again is a tenth of a start.
    gc.set_threshold(20_000, 20, 20)
    _leave_out_what_is_not_used()
    _occupy_standard_descriptors()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    program()


def _leave_out_what_is_not_used() -> None:
    """Nothing here prints with rich, and no program extends pydantic: an eighth of a start."""
    sys.modules.setdefault("rich", cast(ModuleType, None))  # so an import of it fails
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _occupy_standard_descriptors() -> None:
    """Makes sure that no file or connection gets the number of a standard stream that is closed.

    What is written to standard error, by whatever library, would end up in it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            lowest_free = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(lowest_free, True)  # workers need it as well
    sys.stdin = sys.stdin or os.fdopen(0)
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")
