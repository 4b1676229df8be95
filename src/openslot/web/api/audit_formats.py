"""How the audit trail is written: JSON, CSV (RFC 4180) or JSON lines."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openslot.kernel.clock import instant_text
from openslot.storage.journal.audit import AuditEntry
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


def shown_as(event: AuditEntry) -> dict[str, Any]:
    """An event as the API shows it."""
    actor = None
    if event.actor_type is not None:
        actor = {"type": event.actor_type, "id": event.actor_id}
        if event.api_key_id is not None:
            actor["apiKeyId"] = event.api_key_id
    return {
        "id": event.id,
        "type": event.type,
        "at": instant_text(event.at),
        "actor": actor,
        "client": event.client,
        "secretId": event.secret_id,
        "address": event.address,
        "requestId": event.request_id,
        "detail": event.detail,
    }


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
