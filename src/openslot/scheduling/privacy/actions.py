"""What can be done with all that an account holds of one person."""

from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.model.customers.person_keys import PersonKey
from openslot.scheduling.privacy import erasure, export
from openslot.scheduling.privacy.export import PersonalRecord
from openslot.storage.action import Action, Runs
from openslot.storage.transactions import AccountTx

_SCOPES = (PRIVACY_MANAGE,)


@dataclass(frozen=True, slots=True)
class Erasure:
    """Whom to erase; with `force` also where an appointment is still to come."""

    person: PersonKey
    force: bool
    idempotency_key: IdempotencyKey


def _export(tx: AccountTx, _: Actor, person: PersonKey) -> list[PersonalRecord]:
    return export.records_of(tx, person)


def _erase(tx: AccountTx, actor: Actor, given: Erasure) -> int:
    return erasure.erase_person(tx, actor, given.person, given.idempotency_key, force=given.force)


EXPORT_PERSON: Action[PersonKey, list[PersonalRecord]] = Action("export person", _SCOPES, _export)
# The value is from how many appointments the person was erased.
ERASE_PERSON: Action[Erasure, int] = Action("erase person", _SCOPES, _erase, Runs.WRITE)
