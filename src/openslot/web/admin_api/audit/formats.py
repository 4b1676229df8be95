"""How a page of the audit trail is written: JSON, CSV (RFC 4180) or JSON lines."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openslot.web.api.csv_rows import CSV, csv_row

COLUMNS = (
    "id", "type", "at", "actorType", "actorId", "client", "secretId", "address", "requestId",
    "detail",
)  # fmt: skip


@dataclass(frozen=True)
class Format:
    """One way to write events."""

    media_type: str
    line: Callable[[Mapping[str, Any]], str]
    whole: Callable[[Sequence[str]], str]
    headers: Mapping[str, str] = field(default_factory=dict)


def preferred(accept: str) -> str:
    """The format that an Accept header prefers (RFC 9110 §12.5.1); JSON where it names none."""
    choices = [("json", 0.0)]
    for choice in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in choice.split(";"))
        if media_type in _NAMES:
            choices.append((_NAMES[media_type], _quality(parameters)))
    # Of equals the one named first; JSON stands first of all, but is worth nothing unless named.
    return max(choices, key=lambda choice: choice[1])[0]


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1


def _cells(event: Mapping[str, Any]) -> list[str]:
    actor = event["actor"] or {"type": "", "id": ""}
    flat = {**event, "actorType": actor["type"], "actorId": actor["id"]}
    flat["detail"] = _json(event["detail"])
    return [flat[name] or "" for name in COLUMNS]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


FORMATS: Mapping[str, Format] = {
    "json": Format("application/json", _json, lambda lines: f"[{','.join(lines)}]"),
    "csv": Format(
        CSV,
        lambda event: csv_row(_cells(event)),
        lambda lines: "".join((csv_row(COLUMNS), *lines)),
        {"Content-Disposition": 'attachment; filename="audit-events.csv"'},
    ),
    "jsonl": Format(
        "application/x-ndjson",
        lambda event: _json(event) + "\n",
        "".join,
        {"Content-Disposition": 'attachment; filename="audit-events.jsonl"'},
    ),
}
_NAMES = {
    "application/json": "json",
    "text/csv": "csv",
    "application/x-ndjson": "jsonl",
}
