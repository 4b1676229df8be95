"""Appointments of before get a reference, and their origin where it can be told."""

from openslot.kernel.ids import named_id
from openslot.scheduling import earlier_appointments
from openslot.scheduling.booking import staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE
from openslot.scheduling.store import earlier_appointments as store
from openslot.storage.transactions import AccountTx

from .office import Office, details
from .test_staff import person


def forget(office: Office, *ids: str) -> None:
    """Stores appointments as they were before there were references."""

    def work(tx: AccountTx) -> None:
        store.fill(tx, [{"id": id_, "reference": None, "origin": None} for id_ in ids])

    office.do(work)


def test_each_gets_a_reference_of_its_own_and_the_origin_that_history_tells(
    acme: Office, globex: Office
) -> None:
    by_client = acme.book("10:00")
    by_user = acme.do(
        staff.book, person(acme), acme.wanted("11:00"), details(), NO_OVERRIDE, NO_KEY
    )
    imported_id = named_id(acme.account_id, "imported appointment 1")
    imported = acme.do(
        staff.book,
        person(acme),
        acme.wanted("12:00"),
        details(),
        NO_OVERRIDE,
        NO_KEY,
        imported_id,
    )
    theirs = globex.book("10:00")
    three = (by_client, by_user, imported)
    forget(acme, *(one.id for one in three))
    assert {acme.appointment(one).reference for one in three} == {None}

    assert acme.do(earlier_appointments.fill) == 3
    assert acme.do(earlier_appointments.fill) == 0
    found = [acme.appointment(one) for one in three]
    assert [one.origin for one in found] == [None, "staff", "import"]
    assert len({one.reference for one in found} - {None}) == 3
    assert [one.version for one in found] == [1, 1, 1]  # nothing happened to them
    assert globex.appointment(theirs) == theirs
