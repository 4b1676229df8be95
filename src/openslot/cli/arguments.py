"""Arguments and options that several commands take."""

from typing import Annotated

import typer

AccountName = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Unasked = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
