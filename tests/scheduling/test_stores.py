"""Every function of the stores with two accounts whose rows have the same ids.

A reading function that could reach into the other account would find its twin there; a writing
one would change it.
"""

import asyncio
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from databases import Raw, Templates
from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.kernel.ids import new_id
from openslot.scheduling import store
from openslot.scheduling.model.appointment import (
    ARRIVED,
    COMPLETED,
    CONFIRMED,
    IN_SERVICE,
    STATUSES,
    Appointment,
)
from openslot.scheduling.model.appointment_filter import AppointmentFilter
from openslot.scheduling.model.block import BlockOrigin
from openslot.scheduling.model.customers.customer_ids import mail_key_of
from openslot.scheduling.model.customers.person_keys import IDENTIFIER, PersonKey
from openslot.scheduling.model.day_sheet import Sheet
from openslot.scheduling.model.feeds.feed import FeedContent
from openslot.scheduling.model.reservation import MOVED, RELEASED, Reservation
from openslot.scheduling.store import (
    appointment_lists,
    appointment_parts,
    appointments,
    blocks,
    catalogue_items,
    clock,
    customer_lookups,
    day_sheets,
    earlier_appointments,
    expired_rows,
    feeds,
    future_appointments,
    history,
    idempotency,
    personal_data,
    reservations,
    statistics,
    wall_times,
    zone_data,
)
from openslot.scheduling.store.days import calendar_entries
from openslot.scheduling.store.idempotency import RecordedOutcome
from openslot.storage.transactions import AccountTx, Database
from postgresql import Server

from .office import NOW, Office, Town, at, block_at, client, make_town

STORES = [
    importlib.import_module(f"{store.__name__}.{module.name}")
    for module in pkgutil.iter_modules(store.__path__)
]
TABLES = (
    "catalogue_items",
    "day_sheets",
    "reservations",
    "appointments",
    "appointment_parts",
    "appointment_history",
    "blocks",
    "idempotency_answers",
    "feeds",
)
# It is told which accounts; zone data is of the installation.
ACROSS = {
    appointments.account_id_of,
    expired_rows.due,
    feeds.every,
    feeds.owner,
    zone_data.last_digest,
    zone_data.put,
}
LATER = NOW + 60 * 60_000
ANSWER = RecordedOutcome(201, '{"Location": "/here"}', b"{}")
KEY = "client", "key"
DIGEST = bytes(32)


Booked = tuple[Reservation, Reservation, Appointment]  # live, expired, and an appointment


@dataclass
class Twins:
    """Two accounts with the same rows."""

    acme: Office
    globex: Office
    raw: Raw
    reservation: Reservation  # live
    expired: Reservation
    appointment: Appointment

    @property
    def branch(self) -> str:
        """The id of the branch."""
        return self.acme.ids["branch", "centre"]

    @property
    def desk(self) -> str:
        """The id of the desk that everything stands on."""
        return self.acme.ids["resource", "desk-1"]

    @property
    def day(self) -> int:
        """The UTC day of everything."""
        return at("10:00") // MINUTES_PER_DAY

    def rows(self, office: Office) -> dict[str, list[Any]]:
        """Everything that the database has of an account."""
        named = {
            table: self.raw.execute(
                f"SELECT * FROM {table} WHERE account_id = ? ORDER BY 1, 2, 3, 4",  # noqa: S608
                (office.account_id,),
            ).fetchall()
            for table in TABLES
        }
        account = "SELECT * FROM accounts WHERE id = ?"
        return named | {"accounts": self.raw.execute(account, (office.account_id,)).fetchall()}

    def remove(self, office: Office) -> None:
        """Removes every row of an account but its own."""
        for table in TABLES:
            self.raw.execute(
                f"DELETE FROM {table} WHERE account_id = ?",  # noqa: S608
                (office.account_id,),
            )

    def copy(self) -> None:
        """Gives globex the rows of acme."""
        self.remove(self.globex)
        for table in TABLES:
            columns = [c[0] for c in self.raw.execute(f"SELECT * FROM {table}").description]  # noqa: S608
            others = ", ".join(columns[1:])
            assert columns[0] == "account_id"
            self.raw.execute(
                f"INSERT INTO {table} SELECT ?, {others} FROM {table} "  # noqa: S608
                "WHERE account_id = ?",
                (self.globex.account_id, self.acme.account_id),
            )


@pytest.fixture(scope="session")
def with_twins(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Callable[[], Server]
) -> Templates[Booked]:
    """Databases with one of everything in acme, and the same in globex. Copied, never used."""

    async def fill(database: Database, url: str) -> Booked:
        await make_town(database)
        return await asyncio.to_thread(make_twins, url)

    return Templates(tmp_path_factory.mktemp("twins"), postgresql, fill)


@pytest.fixture
def twins(dialect: str, with_twins: Templates[Booked], tmp_path: Path) -> Iterator[Twins]:
    """A copy of one, open."""
    template = with_twins.of(dialect)
    with ExitStack() as stack:
        town = Town.at(stack.enter_context(template.copied(tmp_path)))
        stack.callback(town.close)
        raw = stack.enter_context(town.raw())
        yield Twins(town.office("acme"), town.office("globex"), raw, *template.filled)


def make_twins(url: str) -> Booked:
    """Puts everything into a database with both accounts."""
    with ExitStack() as stack:
        town = Town.at(url)
        stack.callback(town.close)
        return made(town, stack.enter_context(town.raw()))


def made(town: Town, raw: Raw) -> Booked:
    """One of everything, twice."""
    acme, globex = town.office("acme"), town.office("globex")
    acme.settings(reservationMinutes=1)
    expired = acme.reserve("11:00", resource="desk-1")
    acme.settings(reservationMinutes=60)
    acme.now(NOW + 2 * 60_000)
    globex.now(NOW + 2 * 60_000)
    live = acme.reserve("10:00", resource="desk-1")
    booked = acme.book("10:30", resource="desk-1")
    acme.block("desk-1", "12:00")
    acme.do(idempotency.record, *KEY, b"fingerprint", ANSWER)
    of_desk = FeedContent(None, acme.ids["resource", "desk-1"], "full", "en_US")
    acme.do(feeds.insert, new_id(), of_desk, DIGEST)
    # One whose history lacks a change, so that there is something to be found.
    acme.do(appointments.set_status, booked, ARRIVED)
    booked = acme.appointment(booked)
    # One that no longer fits, and that staff booked against the rules.
    raw.execute("UPDATE appointments SET stranded = 1, override = 1")
    # One that is listed where it does not stand, one whose history tells what staff wrote, and
    # one that a live reservation is to move.
    lost = "INSERT INTO appointment_parts VALUES (?, 'nowhere', 'CONFIRMED', 0, ?)"
    raw.execute(lost, (acme.account_id, booked.id))
    raw.execute("UPDATE appointment_history SET new = replace(new, '}', ', \"reason\": \"Ill\"}')")
    # And a move, of an appointment that is not there.
    moved = (
        "INSERT INTO appointment_history (account_id, appointment_id, version, at, actor_type, "
        "actor_id, change) VALUES (?, 'moved', 1, 0, '', '', 'moved')"
    )
    raw.execute(moved, (acme.account_id,))
    raw.execute(
        "UPDATE reservations SET replaces = ?, notes = 'Ada' WHERE id = ?", (booked.id, expired.id)
    )
    [expired] = acme.do(reservations.expired, NOW + 2 * 60_000, 10)
    Twins(acme, globex, raw, live, expired, booked).copy()
    return live, expired, booked


Use = Callable[[AccountTx, Twins], Any]
ADA = PersonKey(IDENTIFIER, "ABCDEFGHIJ")


def one_of(tx: AccountTx, table: str, twins: Twins) -> str:
    """The id that a row has in both accounts."""
    [(found,)] = twins.raw.execute(f"SELECT DISTINCT id FROM {table}").fetchall()  # noqa: S608
    return str(found)


def later(twins: Twins) -> tuple[Appointment, Appointment]:
    """The appointment, and as it is when it begins a minute later."""
    there = replace(twins.appointment.placement, start=twins.appointment.placement.start + 1)
    return twins.appointment, twins.appointment.changed(NOW, placement=there)


def days_of(twins: Twins) -> statistics.Days:
    """Every date there is, of the branch."""
    return statistics.Days(twins.branch, 0, 1 << 40, "2000-01-01", "2999-12-31")


def earlier(tx: AccountTx, twins: Twins) -> list[tuple[str, str | None]]:
    """The appointment, as it was stored before there were references."""
    nothing = {"id": twins.appointment.id, "reference": None, "origin": None}
    earlier_appointments.fill(tx, [nothing])
    return earlier_appointments.without_reference(tx, 10)


def earlier_customer(tx: AccountTx, twins: Twins) -> Any:
    """The appointment, as it was stored before customers had ids."""
    nothing = {"id": twins.appointment.id, "customer_id": None, "mail_key": None, "phone_key": None}
    earlier_appointments.fill_customers(tx, [nothing])
    return earlier_appointments.without_customer_id(tx, (0, ""), 10)


def unlisted(tx: AccountTx, twins: Twins) -> list[tuple[str, str]]:
    """Where the appointment is not listed, when it is listed nowhere."""
    booked = twins.appointment
    appointment_parts.delete(tx, booked.id, booked.status, booked.placement)
    return appointment_parts.lacking(tx)


def confirmed_ones(tx: AccountTx, twins: Twins) -> int:
    """How many appointments the person has ahead, when it is confirmed again."""
    booked = twins.appointment
    appointments.set_status(tx, booked, CONFIRMED)
    assert booked.customer is not None
    return appointment_lists.open_of_person(tx, mail_key_of(booked.customer["email"]), "", 0)


READING: dict[Callable[..., Any], Use] = {
    appointment_lists.page: lambda tx, t: appointment_lists.page(
        tx, AppointmentFilter(0, 1 << 40), None, 10
    ),
    appointment_lists.open_of_person: confirmed_ones,
    appointment_parts.lacking: unlisted,
    appointment_parts.astray: lambda tx, t: appointment_parts.astray(tx),
    appointment_parts.number_of_appointments: lambda tx, t: (
        appointment_parts.number_of_appointments(tx)
    ),
    wall_times.of_appointments: lambda tx, t: wall_times.of_appointments(tx, 0),
    wall_times.appointments: lambda tx, t: wall_times.appointments(tx, [t.appointment.id]),
    wall_times.blocks_to_come: lambda tx, t: wall_times.blocks_to_come(tx, 0),
    history.calendar_sequences: lambda tx, t: history.calendar_sequences(tx, ["moved"]),
    appointment_parts.every: lambda tx, t: appointment_parts.every(tx),
    appointments.by_id: lambda tx, t: appointments.by_id(tx, t.appointment.id),
    appointments.by_reference: lambda tx, t: appointments.by_reference(
        tx, str(t.appointment.reference)
    ),
    earlier_appointments.without_customer_id: earlier_customer,
    customer_lookups.of_customer: lambda tx, t: customer_lookups.of_customer(
        tx, str(t.appointment.customer_id), 10
    ),
    customer_lookups.is_known: lambda tx, t: customer_lookups.is_known(
        tx, str(t.appointment.customer_id)
    ),
    customer_lookups.last_of_each: lambda tx, t: customer_lookups.last_of_each(
        tx, (t.appointment.customer or {})["email"].casefold(), 10
    ),
    earlier_appointments.without_reference: earlier,
    earlier_appointments.taken: lambda tx, t: sorted(
        earlier_appointments.taken(tx, [str(t.appointment.reference)])
    ),
    appointments.by_ids: lambda tx, t: appointments.by_ids(tx, [t.appointment.id]),
    appointments.claiming: lambda tx, t: appointments.claiming(tx, ("", 0, ""), 10),
    appointments.of_person: lambda tx, t: appointments.of_person(
        tx, ADA, STATUSES, 0, 1 << 40, (1 << 40, ""), 10
    ),
    calendar_entries.by_ids: lambda tx, t: calendar_entries.by_ids(
        tx, [one_of(tx, "appointments", t)]
    ),
    blocks.every: lambda tx, t: blocks.every(tx),
    blocks.with_origins: lambda tx, t: blocks.with_origins(tx, t.desk),
    blocks.by_id: lambda tx, t: blocks.by_id(tx, one_of(tx, "blocks", t)),
    blocks.by_ids: lambda tx, t: blocks.by_ids(tx, [one_of(tx, "blocks", t)]),
    blocks.of_resource: lambda tx, t: blocks.of_resource(tx, t.desk, 0, 1 << 40, 60, None, 10),
    catalogue_items.all_items: lambda tx, t: catalogue_items.all_items(tx),
    catalogue_items.by_id: lambda tx, t: catalogue_items.by_id(tx, "branch", t.branch),
    catalogue_items.is_booked: lambda tx, t: catalogue_items.is_booked(tx, t.branch) or None,
    catalogue_items.page: lambda tx, t: catalogue_items.page(tx, "branch", None, "", 10),
    feeds.appointments: lambda tx, t: feeds.appointments(tx, t.desk, 0, 1 << 40),
    feeds.by_digest: lambda tx, t: feeds.by_digest(tx, DIGEST),
    feeds.by_id: lambda tx, t: feeds.by_id(tx, one_of(tx, "feeds", t)),
    feeds.page: lambda tx, t: feeds.page(tx, "", 10),
    future_appointments.busy: lambda tx, t: sorted(future_appointments.busy(tx, 0, [t.branch])),
    future_appointments.last_day: lambda tx, t: future_appointments.last_day(tx, [t.branch]),
    future_appointments.conflicted: lambda tx, t: future_appointments.conflicted(tx, 0),
    future_appointments.conflicted_ids: lambda tx, t: sorted(
        future_appointments.conflicted_ids(tx, 0)
    ),
    future_appointments.named: lambda tx, t: future_appointments.named(tx, 0, [t.appointment.id]),
    future_appointments.overridden: lambda tx, t: sorted(
        future_appointments.overridden(tx, [t.appointment.id])
    ),
    future_appointments.sheets: lambda tx, t: future_appointments.sheets(tx, [t.branch], [t.day]),
    future_appointments.under: lambda tx, t: future_appointments.under(tx, 0, [t.desk]),
    history.of_appointment: lambda tx, t: history.of_appointment(tx, t.appointment.id),
    history.calendar_sequence: lambda tx, t: history.calendar_sequence(tx, "moved"),
    history.calendar_revision: lambda tx, t: history.calendar_revision(tx, "moved"),
    history.incomplete: lambda tx, t: history.incomplete(tx),
    idempotency.recorded: lambda tx, t: idempotency.recorded(tx, *KEY, NOW),
    personal_data.ended: lambda tx, t: personal_data.ended(tx, 1 << 40, 10),
    personal_data.replacing: lambda tx, t: personal_data.replacing(tx, [t.appointment.id]),
    reservations.by_id: lambda tx, t: reservations.by_id(tx, t.reservation.id),
    reservations.live: lambda tx, t: reservations.live(tx, tx.now),
    reservations.expired: lambda tx, t: reservations.expired(tx, tx.now, 10),
    reservations.count_live: lambda tx, t: reservations.count_live(tx, "website", tx.now),
    day_sheets.of_resources: lambda tx, t: day_sheets.of_resources(
        tx, t.branch, [t.desk], t.day, t.day
    ),
    day_sheets.of_days: lambda tx, t: day_sheets.of_days(tx, t.branch, [t.desk], [t.day]),
    day_sheets.versions: lambda tx, t: day_sheets.versions(tx, t.branch, t.day, t.day),
    day_sheets.after: lambda tx, t: day_sheets.after(tx, ("", 0, ""), 10),
    statistics.by_service: lambda tx, t: statistics.by_service(tx, days_of(t), None),
    statistics.spans: lambda tx, t: statistics.spans(tx, days_of(t), None),
    statistics.minutes: lambda tx, t: statistics.minutes(tx, days_of(t), None),
}
NOTHING: list[Any] = [None, 0, [], {}, (), (0, None)]

WRITING: dict[Callable[..., Any], Use] = {
    appointment_parts.insert: lambda tx, t: appointment_parts.insert(
        tx, t.appointment.id, COMPLETED, t.appointment.placement
    ),
    appointment_parts.delete: lambda tx, t: appointment_parts.delete(
        tx, t.appointment.id, t.appointment.status, t.appointment.placement
    ),
    appointment_parts.rewrite: lambda tx, t: appointment_parts.rewrite(tx, [t.appointment.id]),
    appointments.insert: lambda tx, t: appointments.insert(tx, renamed(t.appointment)),
    earlier_appointments.fill: lambda tx, t: earlier_appointments.fill(
        tx, [{"id": t.appointment.id, "reference": "ABC234", "origin": None}]
    ),
    earlier_appointments.fill_customers: lambda tx, t: earlier_appointments.fill_customers(
        tx, [{"id": t.appointment.id, "customer_id": "1", "mail_key": None, "phone_key": None}]
    ),
    appointments.move: lambda tx, t: appointments.move(
        tx, t.appointment, replace(t.appointment, placement=t.reservation.placement)
    ),
    appointments.set_status: lambda tx, t: appointments.set_status(tx, t.appointment, IN_SERVICE),
    appointments.set_customer: lambda tx, t: appointments.set_customer(
        tx, t.appointment, replace(t.appointment, identifier="ZYXWVUTSRQ", customer={})
    ),
    appointments.set_notes: lambda tx, t: appointments.set_notes(tx, t.appointment, "late"),
    appointments.set_conflicted: lambda tx, t: appointments.set_conflicted(
        tx, [t.appointment.id], conflicted=False
    ),
    wall_times.move_each: lambda tx, t: wall_times.move_each(tx, [later(t)]),
    appointment_parts.move_each: lambda tx, t: appointment_parts.move_each(
        tx, [(t.appointment, t.appointment.placement.start + 1)]
    ),
    wall_times.set_zones: lambda tx, t: wall_times.set_zones(
        tx, [(t.appointment.id, "2027-01-04T00:00", "UTC")]
    ),
    blocks.update_each: lambda tx, t: blocks.update_each(
        tx, [replace(block_at(t.branch, t.desk, 1, 2), id=one_of(tx, "blocks", t))]
    ),
    history.append_each: lambda tx, t: history.append_each(
        tx, t.acme.actor, [(t.appointment.id, 9, "moved", None, None)]
    ),
    blocks.delete: lambda tx, t: blocks.delete(tx, one_of(tx, "blocks", t)),
    blocks.insert: lambda tx, t: blocks.insert(tx, block_at(t.branch, t.desk, 1, 2)),
    blocks.set_origin: lambda tx, t: blocks.set_origin(
        tx, one_of(tx, "blocks", t), BlockOrigin("calendar", "event", 1)
    ),
    blocks.update: lambda tx, t: blocks.update(
        tx, replace(block_at(t.branch, t.desk, 1, 2), id=one_of(tx, "blocks", t))
    ),
    catalogue_items.delete: lambda tx, t: catalogue_items.delete(tx, "branch", t.branch),
    catalogue_items.forget_time_of: lambda tx, t: catalogue_items.forget_time_of(tx, t.desk),
    catalogue_items.insert: lambda tx, t: catalogue_items.insert(
        tx, "branch", new_id(), "new", "{}", active=True
    ),
    catalogue_items.update: lambda tx, t: catalogue_items.update(
        tx, "branch", t.branch, "{}", active=False
    ),
    catalogue_items.set_catalogue_version: lambda tx, t: catalogue_items.set_catalogue_version(
        tx, 7
    ),
    clock.set_clock: lambda tx, t: clock.set_clock(tx, None, 7),
    feeds.delete: lambda tx, t: feeds.delete(tx, one_of(tx, "feeds", t)),
    feeds.insert: lambda tx, t: feeds.insert(
        tx, new_id(), FeedContent(t.branch, None, "service", "en_US"), bytes(range(32))
    ),
    feeds.note_read: lambda tx, t: feeds.note_read(tx, one_of(tx, "feeds", t)),
    feeds.rotate: lambda tx, t: feeds.rotate(tx, one_of(tx, "feeds", t), bytes(range(32))),
    history.append: lambda tx, t: history.append(
        tx, client(tx.account.id), t.appointment.id, 2, "arrived", None, None
    ),
    idempotency.record: lambda tx, t: idempotency.record(tx, *KEY, b"another", ANSWER),
    idempotency.delete_expired: lambda tx, t: idempotency.delete_expired(tx, LATER),
    personal_data.erase: lambda tx, t: personal_data.erase(tx, [t.appointment.id]),
    personal_data.erase_reasons: lambda tx, t: personal_data.erase_reasons(tx, [t.appointment.id]),
    personal_data.erase_reservations: lambda tx, t: personal_data.erase_reservations(
        tx, [t.appointment.id]
    ),
    personal_data.forget_answers: lambda tx, t: personal_data.forget_answers(tx, [], "here"),
    reservations.insert: lambda tx, t: reservations.insert(tx, renamed(t.reservation)),
    reservations.end: lambda tx, t: reservations.end(tx, t.reservation.id, RELEASED, NOW),
    reservations.renew: lambda tx, t: reservations.renew(tx, t.reservation.id, LATER),
    reservations.delete: lambda tx, t: reservations.delete(tx, t.reservation.id),
    reservations.expire: lambda tx, t: reservations.expire(tx, [t.expired.id]),
    reservations.delete_expired: lambda tx, t: reservations.delete_expired(tx, LATER),
    day_sheets.put: lambda tx, t: day_sheets.put(tx, t.branch, t.desk, Sheet.of(t.day, [])),
}


def renamed(row: Any) -> Any:
    """The same under another id."""
    fields = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return type(row)(**fields | {"id": new_id()})


def named(function: Callable[..., Any]) -> str:
    """Module and name."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def test_every_function_of_the_stores_is_here() -> None:
    functions = {
        function
        for module in STORES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and "tx" in inspect.signature(function).parameters
        and not name.startswith("_")
    }
    of_accounts = functions - ACROSS
    missing = {named(function) for function in of_accounts - (READING.keys() | WRITING.keys())}
    assert missing == set()


@pytest.mark.parametrize("function", READING, ids=named)
def test_reading_finds_nothing_of_another_account(
    twins: Twins, function: Callable[..., Any]
) -> None:
    use = READING[function]
    assert twins.acme.do(use, twins) not in NOTHING
    twins.remove(twins.acme)
    assert twins.acme.do(use, twins) in NOTHING
    assert twins.globex.do(use, twins) not in NOTHING


@pytest.mark.parametrize("function", WRITING, ids=named)
def test_writing_leaves_another_account_alone(twins: Twins, function: Callable[..., Any]) -> None:
    before = twins.rows(twins.acme), twins.rows(twins.globex)
    twins.acme.do(WRITING[function], twins)
    assert twins.rows(twins.acme) != before[0]
    assert twins.rows(twins.globex) == before[1]


def test_what_is_written_is_what_is_read(twins: Twins) -> None:
    acme = twins.acme
    assert acme.do(reservations.by_id, twins.reservation.id) == twins.reservation
    assert acme.do(reservations.live, NOW + 3 * 60_000) == [twins.reservation]
    assert acme.do(reservations.expired, NOW + 3 * 60_000, 10) == [twins.expired]
    assert acme.do(idempotency.recorded, *KEY, NOW) == (b"fingerprint", ANSWER)
    copy = renamed(twins.appointment)
    stored = acme.do(appointments.insert, copy)
    fields = {"version": 1, "updated_at": copy.created_at, "reference": stored.reference}
    assert acme.do(appointments.by_id, copy.id) == type(copy)(
        **{name: getattr(copy, name) for name in copy.__dataclass_fields__} | fields
    )


def test_no_reference_is_given_twice_in_an_account(twins: Twins) -> None:
    taken = twins.appointment.reference
    drawn = iter([taken, taken, "ABC234"])
    copy = renamed(twins.appointment)
    assert twins.acme.do(appointments.insert, copy, lambda: next(drawn)).reference == "ABC234"
    # Another account's are none of its business.
    other = replace(renamed(copy), reference="ABC234")
    assert twins.globex.do(appointments.insert, other).reference == "ABC234"


def test_an_old_version_changes_nothing(twins: Twins) -> None:
    acme, booked = twins.acme, twins.appointment
    acme.do(appointments.set_status, booked, IN_SERVICE)
    before = twins.rows(acme)
    acme.do(appointments.set_status, booked, COMPLETED)
    acme.do(appointments.set_customer, booked, replace(booked, identifier=None))
    acme.do(appointments.move, booked, replace(booked, time_zone="Europe/Paris"))
    assert twins.rows(acme) == before


def test_what_has_ended_ends_once(twins: Twins) -> None:
    acme, held = twins.acme, twins.reservation
    assert acme.do(reservations.end, held.id, RELEASED, NOW + 1) == 1
    assert acme.do(reservations.end, held.id, MOVED, NOW + 2) == 0
    ended = acme.do(reservations.by_id, held.id)
    assert ended is not None
    assert (ended.status, ended.ended_at) == (RELEASED, NOW + 1)


def test_forgetting_keeps_what_still_says_something(twins: Twins) -> None:
    acme = twins.acme
    assert acme.do(reservations.delete_expired, twins.expired.expires_at - 1) == 0
    assert acme.do(reservations.delete_expired, twins.expired.expires_at) == 1
    assert acme.do(reservations.by_id, twins.expired.id) is None
    assert acme.do(idempotency.delete_expired, NOW + 2 * 60_000 - 1) == 0
    assert acme.do(idempotency.delete_expired, NOW + 2 * 60_000) == 1


def test_sheets_of_other_days_desks_and_branches_stay_out(twins: Twins) -> None:
    acme, day = twins.acme, twins.day
    hall = acme.ids["resource", "hall"]
    acme.do(day_sheets.put, twins.branch, twins.desk, Sheet.of(day + 1, []))
    acme.do(day_sheets.put, twins.branch, hall, Sheet.of(day, []))

    def found(branch: str, ids: list[str], first: int, last: int) -> set[tuple[str, int]]:
        return set(acme.do(day_sheets.of_resources, branch, ids, first, last))

    assert found(twins.branch, [twins.desk], day, day) == {(twins.desk, day)}
    both = {(twins.desk, day), (twins.desk, day + 1)}
    assert found(twins.branch, [twins.desk], day, day + 1) == both
    assert found(twins.branch, [twins.desk, hall], day, day) == {(twins.desk, day), (hall, day)}
    assert found(new_id(), [twins.desk], day, day) == set()
    [one] = acme.do(day_sheets.versions, twins.branch, day + 1, day + 1)
    [other, again] = acme.do(day_sheets.versions, twins.branch, day, day + 1)
    assert (other[0], again) == (day, one)
