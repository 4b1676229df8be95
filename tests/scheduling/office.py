"""Two accounts with the same catalogue in one database file, and clocks that stand still."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from databases import Raw, opened, raw
from openslot.identity import accounts
from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Millis, Minute, millis_of
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import ADMIN_WRITE, BOOK, CANCEL, RESCHEDULE
from openslot.scheduling import verify
from openslot.scheduling.booking import appointments, claims, reservations
from openslot.scheduling.booking.idempotency import NO_KEY, IdempotencyKey
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.catalogue import changes as catalogue_changes
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_PROGRAM
from openslot.scheduling.model.customers.customers import Customer
from openslot.scheduling.model.reservation import Reservation
from openslot.scheduling.store import blocks, catalogue_items, history
from openslot.scheduling.store import clock as clock_store
from openslot.storage.transactions import AccountTx, Database, SystemTx

P = ParamSpec("P")
T = TypeVar("T")

NOW: Millis = millis_of(datetime(2027, 1, 4, 7, 0, tzinfo=UTC))  # a Monday, 08:00 in Amsterdam
MIDNIGHT: Minute = NOW // MINUTE_MS - 8 * 60  # of that Monday in Amsterdam
HOUR_MS = 3_600_000
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SETTINGS = {"reservationMinutes": 15, "retentionDays": 365, "accessTokenAlgorithm": "ES256"}
HALF_HOUR = {"durationMinutes": 30, "slotStepMinutes": 30, "horizonDays": 400}
AT_DESK = {**HALF_HOUR, "resourceTypes": ["desk"], "branches": ["centre"]}

CATALOGUE: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "branch": {
        "centre": {
            "name": "Centre",
            "timeZone": "Europe/Amsterdam",
            "address": {"country": "NL"},
            "openingHours": [{"day": day, "opens": "09:00", "closes": "17:00"} for day in DAYS],
        },
        "closed-down": {"name": "Old", "timeZone": "Europe/Amsterdam", "active": False},
    },
    "service": {
        "passport": {**AT_DESK, "name": "Passport"},
        "licence": {**AT_DESK, "name": "Licence", "slotStepMinutes": 60},
        "will": {**AT_DESK, "name": "Will"},
        "family": {
            **AT_DESK,
            "name": "Family",
            "maxNumberOfReservations": 3,
            "additionalCustomerMinutes": 15,
            "dateOfBirthRequired": True,
            "questions": [{"key": "kids", "text": "How many?", "required": True}],
        },
        "strict": {
            **AT_DESK,
            "name": "Strict",
            "rescheduleCutoffMinutes": 120,
            "cancelCutoffMinutes": 60,
            "minimumNoticeMinutes": 30,
        },
        "course": {
            **HALF_HOUR,
            "name": "Course",
            "partyMode": "occupy",
            "maxNumberOfReservations": 4,
            "resourceTypes": ["hall"],
            "branches": ["centre"],
            "bufferAfterMinutes": 10,
        },
    },
    "resource": {
        "desk-1": {
            "name": "Desk 1",
            "branch": "centre",
            "type": "desk",
            "services": ["passport", "licence", "family", "strict"],
            "sortOrder": 1,
        },
        "desk-2": {
            "name": "Desk 2",
            "branch": "centre",
            "type": "desk",
            "services": ["passport", "will", "licence"],
            "sortOrder": 2,
        },
        "hall": {
            "name": "Hall",
            "branch": "centre",
            "type": "hall",
            "capacity": 3,
            "services": ["course"],
        },
    },
    "service-combination": {
        "pair": {"branch": "centre", "services": ["passport", "licence"]},
    },
}


def at(clock: str, day: int = 0) -> Minute:
    """A wall time of Amsterdam, so many days after the Monday that tests begin on."""
    hours, minutes = clock.split(":")
    return MIDNIGHT + day * MINUTES_PER_DAY + int(hours) * 60 + int(minutes)


def ms(minute: Minute) -> Millis:
    """The instant at which a minute begins."""
    return minute * MINUTE_MS


def customer(**changes: Any) -> Customer:
    """Somebody."""
    fields: dict[str, Any] = {
        "identifier": "ABCDEFGHIJ",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.org",
        "phone_number": None,
        "date_of_birth": None,
    }
    return Customer(**fields | changes)


def details(who: Customer | None = None, **changes: Any) -> AppointmentDetails:
    """What comes with a booking through the booking API."""
    fields = {"needs": NEEDS_OF_PROGRAM, "answers": (), "notes": None, "origin": "api"}
    return AppointmentDetails(who or customer(), **fields | changes)


def client(account_id: str, name: str = "website") -> Actor:
    """A client of an account with every booking scope."""
    return Actor(account_id, "client", name, frozenset({BOOK, RESCHEDULE, CANCEL, ADMIN_WRITE}))


def operator(account_id: str) -> Actor:
    """The operator at the command line."""
    return Actor(account_id, "operator", "operator", frozenset())


@dataclass
class Town:
    """A database, open."""

    url: str
    database: Database
    loop: asyncio.AbstractEventLoop
    offices: dict[str, "Office"] = field(default_factory=dict)

    @classmethod
    def at(cls, url: str) -> "Town":
        """That of an address."""
        return cls(url, opened(url), asyncio.new_event_loop())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Waits for something to be done."""
        # Not `asyncio.Runner`: its signal handlers take longer than most operations.
        return self.loop.run_until_complete(work)

    def raw(self) -> AbstractContextManager[Raw]:
        """A connection that is not the product's."""
        return raw(self.url)

    def office(self, name: str) -> "Office":
        """One of its accounts."""

        def ids(tx: SystemTx) -> tuple[str, dict[tuple[str, str], str]]:
            account = accounts.by_name(tx, name)
            assert account is not None
            return account.id, {
                (item.kind, item.key): item.id
                for item in catalogue_items.all_items(tx.account(account.id))
            }

        if name not in self.offices:
            found = self.run(self.database.read_system("a test", ids))
            self.offices[name] = Office(self, *found)
        return self.offices[name]

    def close(self) -> None:
        """Lets go of the database."""
        self.run(self.database.close())
        self.loop.close()


@dataclass
class Office:
    """One account as a client of it sees it; what it says is what the product answers."""

    town: Town
    account_id: str
    ids: Mapping[tuple[str, str], str]

    @property
    def actor(self) -> Actor:
        """The client that asks where nobody else is named."""
        return client(self.account_id)

    def do(
        self,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs an operation in a transaction of the account."""
        writing = self.town.database.write(self.account_id, operation, *args, **kwargs)
        return self.town.run(writing)

    def beside(
        self,
        operation: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs an operation that others of the account may run beside."""
        writing = self.town.database.write_concurrently(self.account_id, operation, *args, **kwargs)
        return self.town.run(writing)

    def now(self, now: Millis) -> None:
        """Puts the clock of the account at an instant, where it stands still."""
        self.do(clock_store.set_clock, now, 0)

    def settings(self, **changes: Any) -> None:
        """Changes the account's settings."""
        self.do(accounts.change, document(**changes), sandbox=True)

    def change(self, kind: str, key: str, **fields: Any) -> None:
        """Changes some fields of one thing of the catalogue."""
        wanted = dict(CATALOGUE[kind])
        wanted[key] = {**wanted[key], **fields}
        self.do(catalogue_changes.replace_catalogue, operator(self.account_id), {kind: wanted})

    def wanted(self, start: Minute | str, *services: str, **more: Any) -> SlotRequest:
        """What a request asks for; passport for one where nothing is said."""
        fields: dict[str, Any] = {"party": 1} | more
        if "resource" in fields:
            fields["resource_id"] = self.ids["resource", fields.pop("resource")]
        return SlotRequest(
            branch_id=self.ids["branch", "centre"],
            service_ids=tuple(self.ids["service", key] for key in services or ("passport",)),
            start=at(start) if isinstance(start, str) else start,
            **fields,
        )

    def reserve(
        self,
        start: Minute | str,
        *services: str,
        by: Actor | None = None,
        idempotency_key: IdempotencyKey = NO_KEY,
        most_live: int = 200,
        **more: Any,
    ) -> Reservation:
        """Reserves."""
        wanted = self.wanted(start, *services, **more)
        return self.beside(
            reservations.reserve, by or self.actor, wanted, idempotency_key, most_live
        )

    def confirm(
        self,
        reservation: Reservation,
        by: Actor | None = None,
        idempotency_key: IdempotencyKey = NO_KEY,
        who: Customer | None = None,
        notes: str | None = None,
        answers: tuple[Mapping[str, str], ...] = (),
    ) -> Appointment:
        """Confirms."""
        return self.beside(
            appointments.confirm,
            by or self.actor,
            reservation.id,
            details(who, answers=answers, notes=notes),
            idempotency_key,
        )

    def book(self, start: Minute | str, *services: str, **more: Any) -> Appointment:
        """Reserves and confirms."""
        return self.confirm(self.reserve(start, *services, **more))

    def release(
        self,
        reservation: Reservation,
        by: Actor | None = None,
        idempotency_key: IdempotencyKey = NO_KEY,
    ) -> None:
        """Releases."""
        self.beside(reservations.release, by or self.actor, reservation.id, idempotency_key)

    def get(self, reservation: Reservation, by: Actor | None = None) -> Reservation:
        """Reads a reservation."""
        return self.do(reservations.get, by or self.actor, reservation.id)

    def move(
        self,
        appointment: Appointment,
        reservation: Reservation,
        by: Actor | None = None,
        if_match: Callable[[int], bool] = lambda _: True,
        idempotency_key: IdempotencyKey = NO_KEY,
    ) -> Appointment:
        """Moves an appointment onto a reservation."""
        return self.beside(
            appointments.move,
            by or self.actor,
            appointment.id,
            reservation.id,
            if_match,
            idempotency_key,
        )

    def cancel(
        self,
        appointment: Appointment,
        by: Actor | None = None,
        if_match: Callable[[int], bool] = lambda _: True,
        idempotency_key: IdempotencyKey = NO_KEY,
    ) -> None:
        """Cancels."""
        self.beside(
            appointments.cancel, by or self.actor, appointment.id, if_match, idempotency_key
        )

    def change_customer(
        self,
        appointment: Appointment,
        who: Customer,
        notes: str | None = None,
        if_match: Callable[[int], bool] = lambda _: True,
        idempotency_key: IdempotencyKey = NO_KEY,
    ) -> None:
        """Replaces the customer."""
        self.beside(
            appointments.change_customer,
            self.actor,
            appointment.id,
            who,
            notes,
            if_match,
            idempotency_key,
        )

    def appointment(self, appointment: Appointment) -> Appointment:
        """Reads an appointment."""
        return self.do(appointments.get, appointment.id)

    def history(self, appointment: Appointment) -> list[AppointmentChange]:
        """Every change of it."""
        return self.do(history.of_appointment, appointment.id)

    def block(self, resource: str, start: Minute | str, minutes: int = 30) -> None:
        """Blocks a resource, whatever stands there."""
        begin = at(start) if isinstance(start, str) else start
        place = self.ids["branch", "centre"], self.ids["resource", resource]
        block = block_at(*place, begin, begin + minutes)
        self.do(_block, block)

    def problems(self) -> list[str]:
        """What of the account's data is not as it must be."""
        return self._read(verify.verify).differences

    def counts(self) -> dict[str, int]:
        """How many live claims of each sort the account has."""
        return dict(self._read(verify.verify).counts)

    def _read(self, operation: Callable[[AccountTx], T]) -> T:
        return self.town.run(self.town.database.read(self.account_id, operation))


def block_at(branch: str, resource: str, start: Minute, end: Minute) -> Block:
    """A block without a reason at a branch in Amsterdam."""
    block = Block(new_id(), branch, resource, start, end, None, NOW, "", "", "")
    return block.at(start, end, ZoneInfo("Europe/Amsterdam"))


def _block(tx: AccountTx, block: Block) -> None:
    blocks.insert(tx, block)
    claims.add(tx, block, block.claim, claims.sheets_of(tx, block, block.claim.days))


def document(**settings: Any) -> dict[str, Any]:
    """The document of an account."""
    return {"title": "A town", "locales": ["en_US"], "settings": {**SETTINGS, **settings}}


async def make_town(database: Database) -> None:
    """Fills an empty database: acme and globex, both standing at `NOW`."""

    def fill(tx: SystemTx) -> None:
        for name in ("acme", "globex"):
            account = accounts.create(tx, name, document(), sandbox=True)
            of_account = tx.account(account.id)
            catalogue_changes.replace_catalogue(of_account, operator(account.id), CATALOGUE)
            clock_store.set_clock(of_account, NOW, 0)

    await database.write_system("a test", fill)
