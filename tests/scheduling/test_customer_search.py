"""Staff find people by a few letters or digits, and see which appointments are one person's."""

from collections.abc import Sequence
from typing import Any

import pytest

from openslot.kernel.errors import Invalid
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.scheduling import verify
from openslot.scheduling.booking import appointments, staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_STAFF
from openslot.scheduling.model.customers.customers import Customer
from openslot.scheduling.model.customers.folding import folded, name_words
from openslot.scheduling.model.customers.person_keys import APPOINTMENT, PersonKey
from openslot.scheduling.people import search as searching
from openslot.scheduling.people import search_hits, search_index
from openslot.scheduling.people.same_person import appointments_with
from openslot.scheduling.people.search import CustomerSearch, FoundPeople
from openslot.scheduling.people.search_hits import SearchPlace
from openslot.scheduling.privacy import erasure
from openslot.scheduling.store.people import search_words
from openslot.storage.journal import events
from openslot.storage.transactions import AccountTx

from .office import Office, customer, details
from .test_staff import person

_TIMES = [f"{hour:02}:{minute}" for hour in range(9, 17) for minute in ("00", "30")]


def who(first: str | None, last: str, **more: Any) -> Customer:
    """Somebody who gave no identifier, mail address or phone unless it is said."""
    nothing = {"identifier": None, "email": None, "phone_number": None}
    return customer(**{**nothing, "first_name": first, "last_name": last, **more})


def booked(office: Office, *people: Customer, listed: bool = True) -> list[Appointment]:
    """An appointment of each, on the desks of the first day, as staff book it."""
    made = [
        office.do(
            staff.book,
            person(office),
            office.wanted(_TIMES[place // 2]),
            details(one, origin="staff", needs=NEEDS_OF_STAFF),
            NO_OVERRIDE,
            NO_KEY,
        )
        for place, one in enumerate(people)
    ]
    if listed:
        office.do(search_index.add, [one.id for one in made])
    return made


def names(office: Office, text: str) -> list[str]:
    """The last names of whom a text finds, in order."""
    return last_names(office.do(searching.search, CustomerSearch(text)))


def last_names(found: FoundPeople) -> list[str]:
    """The last names of a page, in order."""
    return [(one.appointment.customer or {})["lastName"] for one in found.people]


def pages(office: Office, text: str) -> list[list[str]]:
    """The last names of each page."""
    shown = []
    after: SearchPlace | None = None
    for _ in range(20):
        found = office.do(searching.search, CustomerSearch(text, after))
        shown.append(last_names(found))
        after = found.next_after
        if after is None:
            return shown
    raise AssertionError("the pages do not end")


def test_names_are_compared_without_case_and_accents() -> None:
    assert folded("ÅNGSTRÖM Weiß Łódź İnönü") == "angstrom weiss lodz inonu"
    assert name_words("Anne-Marie", "O'Brien", None) == ["anne", "brien", "marie", "o"]
    assert folded("Ærø Đặng") == "aero dang"


def test_people_are_found_by_name_mail_phone_identifier_and_reference(
    acme: Office, globex: Office
) -> None:
    made = booked(
        acme,
        who("Zoë", "van der Łuków", email="Zoe@Example.org"),
        who("Jan", "Jansen", phone_number="06 12345678"),
        who(None, "Janssens", identifier="Belgian1815"),
    )
    booked(globex, who("Zoë", "Jansen", email="zoe@example.org", phone_number="06 12345678"))
    lukow = ["van der Łuków"]
    for text in ("LUK", "zoé", "van der", "der ŁUKÓW zoe", "zoe@ex", "ZOE@EXAMPLE.ORG"):
        assert names(acme, text) == lukow, text
    for text in ("5678", "12345678", "0612345678", "06-1234 5678", "+31 6 12345678"):
        assert names(acme, text) == ["Jansen"], text
    assert names(acme, "Belgian1815") == ["Janssens"]
    assert names(acme, str(made[0].reference).lower()) == lukow
    # One word begins two names of one person; who is named in whole comes first.
    assert names(acme, "jan") == ["Jansen", "Janssens"]
    for text in (
        "ansen",
        "jan jansx",
        "678",
        "example.org",
        "05678",
        "Belgian181",
        "%%%",
        "zoe jan",
    ):
        assert names(acme, text) == [], text
    with pytest.raises(Invalid):
        acme.do(searching.search, CustomerSearch(" ja "))


def test_pages_go_on_where_the_last_one_ended(
    acme: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_PEOPLE", 2)
    one = {"email": "one@example.org"}
    booked(
        acme,
        *(who("Kim", f"Kimmel{letter}") for letter in "abcd"),
        who("Kimberly", "Aa", **one),
        who("Bo", "Kimono", **one),  # the same person by another name
        who(None, "Zz", email="kim@example.org"),
    )
    found = pages(acme, "kim")
    assert [len(page) for page in found] == [2, 2, 2]
    shown = [name for page in found for name in page]
    assert sorted(shown) == ["Aa", "Kimmela", "Kimmelb", "Kimmelc", "Kimmeld", "Zz"]
    assert shown[-1] == "Zz"
    with pytest.raises(Invalid):
        acme.do(searching.search, CustomerSearch("kim", SearchPlace(new_id(), 0)))


def test_a_search_begins_with_the_rarest_word_and_looks_at_so_many_rows_for_a_page(
    acme: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_hits, "MOST_ROWS", 2)
    vissers = ["Vissera", "Visserb", "Visserc", "Visserd"]
    booked(
        acme,
        *(who("Anneke", last) for last in vissers),
        who("Anneke", "Annes"),
        who("Piet", "Vis"),
    )
    found = pages(acme, "anneke vis")
    assert sorted(name for page in found for name in page) == vissers
    assert len(found) > 2
    assert pages(acme, "piet anneke") == [[]]  # there is one Piet
    assert pages(acme, "anneke visserd") == [["Visserd"]]
    # Under two words that begin so she is found once.
    found = pages(acme, "anne ann")
    assert sorted(name for page in found for name in page) == ["Annes", *vissers]
    words = "anneke visser vis ann anne annek"  # more than the database compares
    found = pages(acme, words)
    assert sorted(name for page in found for name in page) == vissers


def test_a_person_is_known_by_identifier_else_mail_else_phone_and_last_name(acme: Office) -> None:
    phone = {"phone_number": "06 12345678"}
    made = booked(
        acme,
        who("Ada", "Lovelace", identifier="Countess1815", email="ada@example.org"),
        who("A.", "Byron", identifier="Countess1815"),
        who("Ada", "Lovelace", email="ADA@example.org", **phone),
        who("Ada", "Lovelace", email="ada@example.org"),
        who("Ada", "LOVELACE", **phone),
        who("William", "Lovelace", phone_number="+31612345678"),
        who("Ada", "King", **phone),
        who("Ada", "Lovelace"),
    )
    together = [{0, 1}, {2, 3}, {4, 5}, {6}, {7}]
    ids = [one.id for one in made]
    for group in together:
        for place in group:
            found = acme.do(appointments_with, made[place])
            assert {ids.index(one.id) for one in found} == group
            starts = [one.placement.start for one in found]
            assert starts == sorted(starts, reverse=True)
    found = acme.do(searching.search, CustomerSearch("lovelace"))
    assert sorted(hit.appointments for hit in found.people) == [1, 2, 2, 2]


def test_the_next_appointment_stands_for_a_person_else_the_last_one(acme: Office) -> None:
    same = {"email": "ada@example.org"}
    first, second, third = booked(acme, *(who("Ada", "Lovelace", **same) for _ in range(3)))

    def shown() -> str:
        [hit] = acme.do(searching.search, CustomerSearch("ada")).people
        return hit.appointment.id

    assert shown() == min(first.id, second.id)  # they begin together
    acme.cancel(first)
    acme.cancel(second)
    assert shown() == third.id
    acme.now((third.placement.start + 1) * 60_000)
    assert shown() == third.id


def everything(tx: AccountTx) -> Sequence[Any]:
    """All words of the account."""
    return search_words.after(tx, ("", "", ""), 1000)


def test_words_follow_the_person_and_go_with_them(acme: Office) -> None:
    (made,) = booked(acme, who("Ada", "Lovelace", email="ada@example.org"))
    acme.do(
        appointments.change_customer,
        acme.actor,
        made.id,
        customer(first_name="Grace", last_name="Hopper", email="grace@example.org"),
        None,
        lambda _: True,
        NO_KEY,
    )
    acme.do(search_index.add, [made.id])  # what is dispatched late changes nothing
    assert names(acme, "lovelace") == names(acme, "ada@") == []
    assert names(acme, "hopper") == ["Hopper"]
    officer = person(acme, PRIVACY_MANAGE)
    key = PersonKey(APPOINTMENT, made.id)
    assert acme.do(erasure.erase_person, officer, key, NO_KEY, force=True) == 1
    acme.do(search_index.add, [made.id])
    assert acme.do(everything) == []
    assert acme.do(erasure.erase_person, officer, key, NO_KEY, force=True) == 0


def test_verify_finds_wrong_words_and_rights_them(acme: Office) -> None:
    made = booked(acme, who("Ada", "Lovelace"), who("Grace", "Hopper"), listed=False)
    assert acme.do(verify.verify).differences == []  # they are new
    acme.do(search_index.add, [one.id for one in made])
    acme.do(events.dispatch)
    [ada] = [entry for entry in acme.do(everything) if entry.word == "1ada"]
    acme.do(search_words.delete_each, [ada])
    acme.do(search_words.insert_each, [ada._replace(word="1stranger")])
    assert sorted(acme.do(verify.verify, repair=True).differences) == [
        f"appointment {made[0].id}: is found by what it no longer holds"
    ]
    assert acme.do(verify.verify).differences == []
    assert names(acme, "ada") == ["Lovelace"]


def test_appointments_of_before_are_listed_in_steps(
    acme: Office, globex: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "_STEP", 2)
    booked(acme, *(who("Ada", f"Lovelace{n}") for n in "abc"), listed=False)
    booked(globex, who("Ada", "Byron"), listed=False)
    before: str | None = search_index.FROM_THE_LAST
    steps = 0
    while before is not None:
        before = acme.do(search_index.fill, before)
        steps += 1
    assert (steps, len(names(acme, "ada"))) == (3, 3)
    assert acme.do(search_index.fill) is None  # it is known to be done
    assert names(globex, "ada") == []
