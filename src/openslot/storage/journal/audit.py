"""The audit trail: what was done in an account, by whom and from where. Only ever added to.

It belongs to no capability, since all of them write to it. An event never holds a secret, a
token, or anything of a person who books.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.ids import new_id
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

OPERATOR = "operator"
UNTIL_WHENEVER: Millis = 1 << 62


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the trail."""

    id: str
    type: str  # a noun and what happened to it: client.created, secret.rotated, token.refused
    at: Millis  # when it was recorded, in real time; what was noted first says so in `detail`
    actor_type: str | None  # client, user or operator; None: nobody was recognised
    actor_id: str | None
    client: str | None  # client id of the OAuth client that it is about
    secret_id: str | None
    address: str | None
    request_id: str | None
    detail: Mapping[str, Any]
    api_key_id: str | None = None  # the API key that the actor showed


@dataclass(frozen=True, slots=True)
class LateAuditEntry:
    """An event that was noted in memory first, to be recorded with others of any account."""

    account_id: str
    type: str
    actor_type: str | None = None
    actor_id: str | None = None
    client: str | None = None
    secret_id: str | None = None
    address: str | None = None
    request_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events are asked for; those just before a place in the list, the newest first."""

    type: str | None = None
    client: str | None = None
    user: str | None = None  # a user's id: what that user did, and what was done to that user
    from_at: Millis = 0
    to_at: Millis = UNTIL_WHENEVER  # exclusive
    before_at: Millis = UNTIL_WHENEVER
    before_id: str = ""


_COLUMNS = "id, type, at, actor_type, actor_id, client, secret_id, address, request_id, detail"

_INSERT = AccountStatement(f"""
    INSERT INTO audit_events (account_id, {_COLUMNS}, api_key_id, user_id)
    VALUES (:account_id, :id, :type, :at, :actor_type, :actor_id, :client, :secret_id, :address,
            :request_id, :detail, :api_key_id, :user_id)
""")  # noqa: S608

# An account that was deleted since takes no event any more.
_INSERT_LATE = SystemStatement(f"""
    INSERT INTO audit_events (account_id, at, {_COLUMNS.replace(" at,", "")}, user_id)
    SELECT accounts.id, :at, late.value ->> 1, late.value ->> 2, late.value ->> 3,
           late.value ->> 4, late.value ->> 5, late.value ->> 6, late.value ->> 7,
           late.value ->> 8, late.value ->> 9, late.value ->> 10
    FROM json_each(:events) AS late
    JOIN accounts ON accounts.id = late.value ->> 0
""")  # noqa: S608


_SELECT = f"""
    SELECT {_COLUMNS}, api_key_id FROM audit_events
    WHERE account_id = :account_id AND at >= :from_at AND at < :to_at
      AND (at, id) < (:before_at, :before_id) {{conditions}}
    ORDER BY at DESC, id DESC LIMIT :most
"""  # noqa: S608
_CONDITIONS = {"type": "AND type = :type", "client": "AND client = :client"}
# Each has an index of its own, so that the trail of others is not read.
_DID = "AND actor_type = 'user' AND actor_id = :user"
_WAS_DONE_TO = "AND user_id = :user"


@lru_cache(maxsize=8)
def _listing(names: frozenset[str]) -> AccountStatement:
    """The statement for the filters that are asked for."""
    conditions = " ".join(_CONDITIONS[name] for name in sorted(names - {"user"}))
    if "user" not in names:
        return AccountStatement(_SELECT.format(conditions=conditions))
    did, was_done = (
        _SELECT.format(conditions=f"{conditions} {of_user}") for of_user in (_DID, _WAS_DONE_TO)
    )
    # Who does something to themselves is in both, and listed once.
    return AccountStatement(f"""
        SELECT * FROM (SELECT * FROM ({did}) AS did UNION SELECT * FROM ({was_done}) AS was_done)
            AS of_user
        ORDER BY at DESC, id DESC LIMIT :most
    """)  # noqa: S608


def record(
    tx: AccountTx,
    event_type: str,
    by: Actor | None,
    /,
    *,
    client: str | None = None,
    secret_id: str | None = None,
    **detail: Any,
) -> None:
    """Adds an event with the transaction that does what it tells of.

    `by` is who did it; None is the operator, at the machine itself.
    """
    tx.run(
        _INSERT,
        id=new_id(),
        type=event_type,
        at=tx.real_now,
        actor_type=by.kind if by else OPERATOR,
        actor_id=by.id if by else OPERATOR,
        client=client,
        secret_id=secret_id,
        address=by.address if by else None,
        request_id=by.request_id if by else None,
        detail=_json(detail),
        api_key_id=by.api_key_id if by else None,
        user_id=detail.get("user"),
    )


def record_late(tx: SystemTx, events: Sequence[LateAuditEntry]) -> None:
    """Adds what was noted before, of any accounts, in one statement."""
    tx.run(
        _INSERT_LATE,
        at=tx.real_now,
        events=json.dumps(
            [
                [
                    event.account_id,
                    new_id(),
                    event.type,
                    event.actor_type,
                    event.actor_id,
                    event.client,
                    event.secret_id,
                    event.address,
                    event.request_id,
                    _json(event.detail),
                    event.detail.get("user"),
                ]
                for event in events
            ]
        ),
    )


def events(tx: AccountTx, wanted: AuditFilter, most: int) -> list[AuditEntry]:
    """The account's events that were asked for, the newest first."""
    named = {"type": wanted.type, "client": wanted.client, "user": wanted.user}
    filters = {name: value for name, value in named.items() if value is not None}
    rows = tx.all(
        _listing(frozenset(filters)),
        from_at=wanted.from_at,
        to_at=wanted.to_at,
        before_at=wanted.before_at,
        before_id=wanted.before_id,
        most=most,
        **filters,
    )
    return [AuditEntry(*[*row[:-2], json.loads(row[-2]), row[-1]]) for row in rows]


def _json(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
