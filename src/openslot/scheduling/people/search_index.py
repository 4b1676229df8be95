"""Keeps the words by which people are found in step with the appointments.

A new appointment is listed right after its commit, so that no booking waits for it. A change of
the person and an erasure change the words in their own transaction.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.search_words import SearchEntry, entries_of
from openslot.scheduling.model.events import BOOKED
from openslot.scheduling.store import appointments
from openslot.scheduling.store.people import search_words as store
from openslot.scheduling.store.people import with_person
from openslot.storage.journal import events
from openslot.storage.transactions import AccountTx

_STEP = 2000
FROM_THE_LAST = "~"  # no id comes after it


def add(tx: AccountTx, appointment_ids: Sequence[str]) -> None:
    """Lists some appointments as they are now; those of erased people not."""
    if not appointment_ids:
        return
    # Whoever changes the person meanwhile would take away words that are not there yet.
    tx.lock("booking", appointment_ids)
    store.insert_each(tx, _entries(tx, appointments.by_ids(tx, appointment_ids)))


def dispatch(tx: AccountTx) -> list[events.Event]:
    """Gives the next events of the outbox their positions, and lists whom they are about.

    Whoever takes events from the outbox does it here: what has left it is listed.
    """
    dispatched = events.dispatch(tx)
    add(tx, [one.booking_id for one in dispatched if one.type == BOOKED])
    return dispatched


def remove(tx: AccountTx, found: Iterable[Appointment]) -> None:
    """Takes away the words of appointments, given with the person whom they have until now."""
    store.delete_each(tx, _entries(tx, found))


def replace(tx: AccountTx, old: Appointment, changed: Appointment) -> None:
    """Lists an appointment under another person."""
    remove(tx, [old])
    store.insert_each(tx, _entries(tx, [changed]))


def fill(tx: AccountTx, before: str = FROM_THE_LAST) -> str | None:
    """Lists the next appointments before an id that were booked before there were words.

    Returns where to go on; None at the end. The first one is listed last: so it tells whether
    everything has been listed.
    """
    if before == FROM_THE_LAST and _is_filled(tx):
        return None
    found = with_person.before(tx, before, _STEP)
    store.insert_each(tx, _entries(tx, found))
    return found[-1].id if found else None


def differences(tx: AccountTx, *, repair: bool) -> dict[str, str]:
    """Appointments whose words are not those of their person, each with what is wrong.

    What was booked a moment ago has none yet. With `repair` they get the right ones.
    """
    new = events.in_outbox(tx)
    if _agree(tx, new):
        return {}
    lacking = set(_expected(tx))
    surplus: list[SearchEntry] = []
    for entry in _listed(tx):
        if entry in lacking:
            lacking.remove(entry)
        else:
            surplus.append(entry)
    missing = [one for one in lacking if one.appointment_id not in new]
    if repair:
        store.delete_each(tx, surplus)
        store.insert_each(tx, missing)
    return {one.appointment_id: "cannot be searched for" for one in missing} | {
        one.appointment_id: "is found by what it no longer holds" for one in surplus
    }


def _agree(tx: AccountTx, new: Collection[str]) -> bool:
    """Whether all is as it should be, apart from what is not listed yet.

    Entries are added up by their hashes: mostly there is no difference, and then none of them has
    to be in memory.
    """
    should, listed = 0, 0
    of_new: set[SearchEntry] = set()
    for entry in _expected(tx):
        if entry.appointment_id in new:
            of_new.add(entry)
        else:
            should += hash(entry)
    for entry in _listed(tx):
        if entry.appointment_id not in new:
            listed += hash(entry)
        elif entry not in of_new:
            return False
    return should == listed


def _expected(tx: AccountTx) -> Iterator[SearchEntry]:
    before = FROM_THE_LAST
    while found := with_person.before(tx, before, _STEP):
        yield from _entries(tx, found)
        before = found[-1].id


def _listed(tx: AccountTx) -> Iterator[SearchEntry]:
    after: tuple[str, str, str] = ("", "", "")
    while entries := store.after(tx, after, _STEP):
        yield from entries
        after = entries[-1][:3]


def _is_filled(tx: AccountTx) -> bool:
    first = with_person.first(tx)
    entries = _entries(tx, [first] if first else [])
    return not entries or store.is_there(tx, entries[0])


def _entries(tx: AccountTx, found: Iterable[Appointment]) -> list[SearchEntry]:
    return [entry for one in found for entry in entries_of(tx.account.id, one)]
