"""`openslot import`: tables and calendars that people have, imported."""

import typer

from openslot.cli.imports.appointments import import_appointments
from openslot.cli.imports.blocks import import_blocks
from openslot.cli.imports.tables import import_csv

commands = typer.Typer(help="Import tables and calendars that people have.", no_args_is_help=True)
commands.command("csv")(import_csv)
commands.command("appointments")(import_appointments)
commands.command("blocks")(import_blocks)
