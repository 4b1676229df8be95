"""Actions that interfaces share: collections of the catalogue, lists of appointments, a person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.catalogue.actions import CATALOGUE, ItemContent
from openslot.scheduling.model.catalogue_item import KINDS, SERVICE_GROUP, CatalogueItem
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.model.errors import VersionMismatch
from openslot.scheduling.privacy.actions import EXPORT_PERSON, Export
from openslot.scheduling.staff_actions import GET_HISTORY, LIST_APPOINTMENTS
from openslot.scheduling.views.appointment_lists import AppointmentListing
from openslot.storage.action import Action
from openslot.storage.collection import ItemPlace, Listing, Write
from openslot.storage.transactions import AccountTx

from .office import Office, at, customer

GROUPS = CATALOGUE[SERVICE_GROUP]
MONDAY = date(1970, 1, 1) + timedelta(minutes=at("12:00"))


class Replayed(Exception):
    """It was done before."""


def run(office: Office, action: Action[Any, Any], given: Any) -> Any:
    """What an action gives in an account."""
    if action.look_first is not None:
        given = office.do(action.look_first, office.actor, given)
    return office.do(action.run, office.actor, given)


def write(
    item_id: str = "",
    name: str = "Papers",
    replay: Callable[[AccountTx], None] = lambda _: None,
    check: Callable[[AccountTx, CatalogueItem], None] = lambda *_: None,
) -> Write[CatalogueItem]:
    """A group that shall have this name."""
    return Write(
        place=ItemPlace(item_id=item_id),
        content=lambda *_: ItemContent("papers", {"name": name}),
        replay=replay,
        check_unchanged=check,
    )


def raises(error: Exception) -> Callable[..., None]:
    """A step that ends the action."""

    def step(*_: object) -> None:
        raise error

    return step


def test_a_collection_from_creation_to_deletion(acme: Office, globex: Office) -> None:
    """Each step shows the item as it is then; another account never sees it."""
    made = run(acme, GROUPS.create, write())
    assert [(c.kind, c.key, c.action) for c in made.changes] == [
        (SERVICE_GROUP, "papers", "created")
    ]
    item: CatalogueItem = made.item
    listing = Listing("", "", 50, {"key": "papers"})
    assert run(acme, GROUPS.list, listing).items == [item]
    assert run(globex, GROUPS.list, listing).items == []
    for action, given in (
        (GROUPS.get, ItemPlace(item_id=item.id)),
        (GROUPS.change, write(item.id)),
        (GROUPS.delete, write(item.id)),
    ):
        with pytest.raises(NotFound):
            run(globex, action, given)
    changed = run(acme, GROUPS.change, write(item.id, "Documents"))
    later = changed.item.updated_at
    assert later >= item.updated_at > 0
    assert changed.item == replace(
        item, version=2, document='{"name":"Documents"}', updated_at=later
    )
    assert run(acme, GROUPS.change, write(item.id, "Documents")).changes == ()
    deleted = run(acme, GROUPS.delete, write(item.id))
    assert [change.action for change in deleted.changes] == ["deleted"]
    with pytest.raises(NotFound):
        run(acme, GROUPS.get, ItemPlace(item_id=item.id))


@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_a_kind_in_the_order_of_ids(acme: Office, kind: str) -> None:
    """One after the other they are the whole."""
    whole = run(acme, CATALOGUE[kind].list, Listing("", "", 100))
    paged, after = [], ""
    while (page := run(acme, CATALOGUE[kind].list, Listing("", after, 1))).items:
        paged += page.items
        after = page.items[-1].id
        assert page.has_more == (len(paged) < len(whole.items))
    assert paged == whole.items == sorted(whole.items, key=lambda item: str(item.id))


def test_the_steps_of_a_write_in_their_order(acme: Office) -> None:
    """Not found, done before, changed meanwhile; whatever ends it, nothing is written."""
    item = run(acme, GROUPS.create, write()).item
    replayed, mismatch = raises(Replayed()), raises(VersionMismatch())
    actions = [GROUPS.change, GROUPS.delete]
    assert actions
    for action in actions:
        with pytest.raises(NotFound):
            run(acme, action, write("unknown", "Else", replayed, mismatch))
        with pytest.raises(Replayed):
            run(acme, action, write(item.id, "Else", replayed, mismatch))
        with pytest.raises(VersionMismatch):
            run(acme, action, write(item.id, "Else", check=mismatch))
    with pytest.raises(Replayed):
        run(acme, GROUPS.create, write(replay=replayed))
    assert run(acme, GROUPS.get, ItemPlace(item_id=item.id)) == item


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ({"from_": MONDAY}, {"from"}),
        ({"to": MONDAY}, {"to"}),
        ({"from_": at("10:00"), "to": at("09:00")}, {"to"}),
    ],
)
def test_ranges_that_are_none(acme: Office, wanted: dict[str, Any], fields: set[str]) -> None:
    """A date is one of a branch; an end comes after its beginning."""
    with pytest.raises(Invalid) as refused:
        run(acme, LIST_APPOINTMENTS, AppointmentListing(**wanted))
    assert {fault.field for fault in refused.value.faults} == fields


def test_dates_of_a_branch_are_days_of_its_zone(acme: Office) -> None:
    """From its midnight to the next; the filter says how it was understood."""
    booked = [acme.book("09:00", "passport"), acme.book(at("09:00", day=1), "passport")]
    centre = acme.ids["branch", "centre"]
    of_monday = AppointmentListing(from_=MONDAY, to=MONDAY + timedelta(1), branch_id=centre)
    found = run(acme, LIST_APPOINTMENTS, of_monday)
    assert (found.filter.first, found.filter.last) == (at("00:00"), at("00:00", day=1))
    assert [a.id for a in found.page.items] == [booked[0].id]
    every = run(acme, LIST_APPOINTMENTS, AppointmentListing(limit=1))
    assert every.page.has_more
    last = every.page.items[-1]
    rest = AppointmentListing(after=(last.placement.start, last.id), limit=1)
    assert [a.id for a in run(acme, LIST_APPOINTMENTS, rest).page.items] == [booked[1].id]


@pytest.mark.parametrize("name", ["branch", "service", "resource"])
def test_what_a_filter_names_is_of_the_account(acme: Office, globex: Office, name: str) -> None:
    """Of another account it is not found."""
    key = {"branch": "centre", "service": "passport", "resource": "desk-1"}[name]
    wanted = AppointmentListing(**{f"{name}_id": globex.ids[name, key]})
    with pytest.raises(NotFound):
        run(acme, LIST_APPOINTMENTS, wanted)
    assert run(globex, LIST_APPOINTMENTS, wanted).page.items == []


def test_a_history_is_of_its_account(acme: Office, globex: Office) -> None:
    """Oldest first."""
    booked = acme.book("09:00", "passport")
    history = run(acme, GET_HISTORY, booked.id)
    assert history.appointment.id == booked.id
    assert [change.version for change in history.changes] == [1]
    with pytest.raises(NotFound):
        run(globex, GET_HISTORY, booked.id)


def test_what_is_held_of_a_person(acme: Office, globex: Office) -> None:
    """Every appointment with its history, the newest start first; of this account alone."""
    booked = [acme.book("09:00", "passport"), acme.book("10:00", "passport")]
    globex.book("09:00", "passport")
    records = run(acme, EXPORT_PERSON, Export(PersonKey(IDENTIFIER, str(customer().identifier))))
    assert [record.appointment.id for record in records] == [booked[1].id, booked[0].id]
    assert [len(record.changes) for record in records] == [1, 1]
    assert run(acme, EXPORT_PERSON, Export(PersonKey(IDENTIFIER, "NOBODYHERE"))) == []
