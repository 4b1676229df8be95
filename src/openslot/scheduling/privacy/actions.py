"""What can be done with all that an account holds of one person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from openslot.kernel.actor import Actor
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.model.customers.person_keys import PersonKey
from openslot.scheduling.privacy import erasure, export
from openslot.scheduling.privacy.export import PersonalRecord
from openslot.storage.action import Action, Runs
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

_SCOPES = (PRIVACY_MANAGE,)


@dataclass(frozen=True, slots=True)
class Export:
    """Whose data to give out, and what was read of it."""

    person: PersonKey
    records: Sequence[PersonalRecord] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """Whom to erase; with `force` also where an appointment is still to come."""

    person: PersonKey
    force: bool
    idempotency_key: IdempotencyKey


def _read(tx: AccountTx, _: Actor, given: Export) -> Export:
    return replace(given, records=export.records_of(tx, given.person))


def _export(tx: AccountTx, actor: Actor, given: Export) -> Sequence[PersonalRecord]:
    audit.record(tx, "customer.exported", actor, appointments=len(given.records))
    return given.records


def _erase(tx: AccountTx, actor: Actor, given: Erasure) -> int:
    return erasure.erase_person(tx, actor, given.person, given.idempotency_key, force=given.force)


EXPORT_PERSON: Action[Export, Sequence[PersonalRecord]] = Action(
    "export person", _SCOPES, _export, Runs.WRITE_CONCURRENTLY, look_first=_read
)
# The value is from how many appointments the person was erased.
ERASE_PERSON: Action[Erasure, int] = Action("erase person", _SCOPES, _erase, Runs.WRITE)
