"""`openslot import`: what people have already, taken over."""

import typer

from openslot.cli.import_appointments import import_appointments
from openslot.cli.import_blocks import import_blocks
from openslot.cli.import_csv import import_csv

commands = typer.Typer(
    help="Take over tables and calendars that people have.", no_args_is_help=True
)
commands.command("csv")(import_csv)
commands.command("appointments")(import_appointments)
commands.command("blocks")(import_blocks)
