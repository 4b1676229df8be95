"""Changing the signing keys: announcing a pair, replacing all in an emergency, removing old ones.

Each change is one small transaction that looks again at what there is, so any number of processes
may try the same. It tells the audit trail of every account, since all of them rely on these keys.
"""

from typing import Any

from openslot.identity.keys import key_life
from openslot.identity.keys.key_ring import WHY, KeyRing, Pair
from openslot.identity.model.signing_key import StoredKey
from openslot.identity.store import accounts, signing_keys
from openslot.kernel.actor import Actor
from openslot.kernel.clock import instant_text
from openslot.kernel.errors import Conflict
from openslot.storage.journal import audit
from openslot.storage.journal.audit import OPERATOR, LateAuditEntry
from openslot.storage.transactions import Database, SystemTx


class RotationUnderWay(Conflict):
    """A pair is announced already. Wait until it signs, or replace all keys in an emergency."""

    code = "rotation_under_way"
    title = "A pair of signing keys is announced already"


async def announce(database: Database, keys: KeyRing, by: Actor | None = None) -> list[str]:
    """Publishes a new pair that signs from tomorrow on; returns its kids.

    `by` is a user of the account that looks after the keys; None is the operator, as every other
    account's trail says: who did it is no matter of theirs.

    Raises:
        RotationUnderWay: one has been announced that does not sign yet.
    """
    pair = await keys.new_pair()
    await database.write_system(WHY, _announce_on_request, pair, by)
    return sorted(key.kid for key in pair)


async def replace(database: Database, keys: KeyRing) -> list[str]:
    """Drops every key and signs with a new pair at once; returns its kids. The operator does.

    Every token that was issued before is dead, in every process within a second.
    """
    pair = await keys.new_pair()
    await database.write_system(WHY, _replace, pair)
    return sorted(key.kid for key in pair)


async def tend(database: Database, keys: KeyRing) -> None:
    """Announces the next pair when it is time, notes which began to sign, removes the dead."""
    announces, changes = await database.read_system(WHY, _what_is_due)
    if announces or changes:
        await database.write_system(WHY, _tend, await keys.new_pair() if announces else None)


def _announce_on_request(tx: SystemTx, pair: Pair, by: Actor | None) -> None:
    newest = max(key.start for key in signing_keys.all_for_change(tx))
    if newest.signs_from > tx.real_now:
        raise RotationUnderWay(
            f"A pair is announced already; it signs from {instant_text(newest.signs_from)}"
        )
    _announce(tx, pair, OPERATOR, by)


def _announce(tx: SystemTx, pair: Pair, actor: str | None, by: Actor | None = None) -> None:
    signs_from = tx.real_now + key_life.ANNOUNCED_MS
    for key in pair:
        signing_keys.insert(tx, key, signs_from)
    kids = sorted(key.kid for key in pair)
    _tell(tx, "keys.announced", actor, by, kids=kids, signsFrom=instant_text(signs_from))


def _replace(tx: SystemTx, pair: Pair) -> None:
    dropped = sorted(key.kid for key in signing_keys.all_for_change(tx))
    for kid in dropped:
        signing_keys.delete(tx, kid)
    for key in pair:
        signing_keys.insert(tx, key, signs_from=tx.real_now)
    _tell(tx, "keys.replaced", OPERATOR, kids=sorted(key.kid for key in pair), droppedKids=dropped)


def _what_is_due(tx: SystemTx) -> tuple[bool, bool]:
    """Whether a pair is to be announced, and whether there is anything else to do."""
    stored = signing_keys.all_keys(tx)
    return _rotation_due(tx, stored), bool(signing_keys.started(tx) or _dead(tx, stored))


def _tend(tx: SystemTx, pair: Pair | None) -> None:
    stored = signing_keys.all_for_change(tx)
    started = signing_keys.started(tx)
    if started:
        signing_keys.note_starts(tx)
        _tell(tx, "keys.rotated", None, kids=started)
    dead = _dead(tx, stored)
    if dead:
        for kid in dead:
            signing_keys.delete(tx, kid)
        _tell(tx, "keys.removed", None, kids=dead)
    # Another process may have been faster since it was found due.
    if pair is not None and _rotation_due(tx, stored):
        _announce(tx, pair, None)


def _rotation_due(tx: SystemTx, stored: list[StoredKey]) -> bool:
    return bool(stored) and key_life.rotation_due((key.start for key in stored), tx.real_now)


def _dead(tx: SystemTx, stored: list[StoredKey]) -> list[str]:
    lives = key_life.lives(key.start for key in stored)
    return sorted(key.kid for key in stored if lives[key.start].state(tx.real_now) == "dead")


def _tell(
    tx: SystemTx, event_type: str, actor: str | None, by: Actor | None = None, **detail: Any
) -> None:
    """Adds an event to every account's trail; without an actor it was time that did it.

    `by` goes before the actor in the trail of their own account.
    """
    events = []
    for account in accounts.all_accounts(tx):
        told = by if by is not None and by.account_id == account.id else None
        events.append(
            LateAuditEntry(
                account.id,
                event_type,
                actor_type=told.kind if told else actor,
                actor_id=told.id if told else actor,
                address=told.address if told else None,
                request_id=told.request_id if told else None,
                detail=detail,
            )
        )
    audit.record_late(tx, events)
