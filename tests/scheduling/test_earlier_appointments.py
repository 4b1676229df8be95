"""Appointments of before get a reference, and their origin where it can be told."""

from openslot.kernel.actor import Actor
from openslot.kernel.ids import named_id
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.scheduling import earlier_appointments
from openslot.scheduling.booking import staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE
from openslot.scheduling.model.customers.person_keys import CUSTOMER_ID, PersonKey
from openslot.scheduling.privacy import erasure
from openslot.scheduling.store import appointment_lists, customer_lookups
from openslot.scheduling.store import earlier_appointments as store
from openslot.storage.transactions import AccountTx

from .office import Office, customer, details
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


def test_customers_of_before_get_the_id_that_their_next_booking_has(
    acme: Office, globex: Office
) -> None:
    first, second, theirs = acme.book("10:00"), acme.book("11:00"), globex.book("10:00")
    wanted = acme.appointment(first).customer_id
    assert wanted is not None
    assert acme.appointment(second).customer_id == wanted != theirs.customer_id

    def work(tx: AccountTx) -> None:
        nothing = [
            {"id": i, "customer_id": None, "mail_key": None, "phone_key": None}
            for i in (first.id, second.id)
        ]
        store.fill_customers(tx, nothing)

    acme.do(work)
    assert acme.appointment(first).customer_id is None
    after = acme.do(earlier_appointments.fill_customers)
    assert acme.do(earlier_appointments.fill_customers, after) is None
    assert acme.appointment(first).customer_id == wanted
    assert acme.appointment(second).customer_id == wanted
    email = (first.customer or {})["email"]
    found = acme.do(customer_lookups.last_of_each, email.casefold(), 10)
    assert [each.id for each in found] == [second.id]
    officer = Actor(acme.account_id, "user", "officer", frozenset({PRIVACY_MANAGE}))
    ada = PersonKey(CUSTOMER_ID, wanted)
    assert acme.do(erasure.erase_person, officer, ada, NO_KEY, force=True) == 2
    assert acme.do(earlier_appointments.fill_customers) is not None  # they are looked at
    assert acme.appointment(first).customer_id is None  # and stay as they are
    assert globex.appointment(theirs) == theirs


def test_a_person_of_before_is_known_by_mail_and_by_phone(acme: Office) -> None:
    who = customer(phone_number="+31 15 123 4567")
    booked = acme.confirm(acme.reserve("10:00"), who=who)
    phone = (booked.customer or {})["phoneE164"]

    def by(mail_key: str, phone_key: str) -> int:
        return int(acme.do(appointment_lists.open_of_person, mail_key, phone_key, 0))

    def work(tx: AccountTx) -> None:
        nothing = {"id": booked.id, "customer_id": None, "mail_key": None, "phone_key": None}
        store.fill_customers(tx, [nothing])

    acme.do(work)
    assert by("ada@example.org", phone) == 0
    acme.do(earlier_appointments.fill_customers)
    assert (by("ada@example.org", ""), by("", phone), by("", "")) == (1, 1, 0)
