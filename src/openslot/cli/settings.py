"""`openslot settings`: every setting, its value and where it came from."""

import json
from dataclasses import fields
from typing import Annotated, Any

import typer

from openslot import settings as setting
from openslot.cli.printing import print_json
from openslot.setting_values import without_password
from openslot.settings import PREFIX, Settings


def settings(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show every setting.

    Its value, where that came from, its unit and why it exists. Secrets are hidden.
    """
    rows = described(setting.load())
    if as_json:
        print_json(rows)
        return
    for row in rows:
        unit = f"  [{row['unit']}]" if row["unit"] else ""
        value = row["value"] if isinstance(row["value"], str) else json.dumps(row["value"])
        typer.echo(f"{row['name']} = {value or '(empty)'}  ({row['source']}){unit}")
        typer.echo(f"    {row['why']}")


def described(values: Settings) -> list[dict[str, Any]]:
    """Each setting as name, value, source, unit and reason."""
    return [
        {
            "name": PREFIX + field.name.upper(),
            "value": _shown(field.name, getattr(values, field.name), field.metadata["secret"]),
            "source": values.sources.get(field.name, "default"),
            "unit": field.metadata["unit"],
            "why": field.metadata["why"],
        }
        for field in fields(Settings)
        if field.metadata
    ]


def _shown(name: str, value: Any, secret: bool) -> Any:
    if secret:
        return "(hidden)" if value else "(not set)"
    if name == "database_url":
        return without_password(value)
    return value
