"""Finding people among a million appointments, on both databases."""

import asyncio
import random
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.report import Section
from benchmarks.town import SERVICE, account_file
from journeys.serving import installed
from openslot import settings
from openslot.app import open_database
from openslot.identity.accounts import all_accounts
from openslot.kernel.ids import new_id
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.customers.customer_ids import id_of_identifier
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.people import search_index
from openslot.scheduling.people.search import CustomerSearch, search
from openslot.scheduling.store import appointments
from openslot.storage.transactions import AccountTx, Database
from postgresql import running

_HOW = (
    "A million appointments of 400 000 people, whose names are made of 300 first and 20 000 last "
    "names. *Search*: the first page, in the process, the slowest median of the texts of a kind. "
    "*Fill*: the words of all of them, as `openslot migrate` lists them."
)
_LIMITS = "a page reads every appointment of each person whom it shows."
_MANY, _FEW = 1_000_000, 20_000
_AT_ONCE = 10_000
_PEOPLE = 400_000
_AIM_MS = 50
_TEXTS = {
    "a name that many have": ("first1", "last"),
    "two words": ("first12 last77", "last199 first2"),
    "two words that nobody has together": ("first1 xlast", "last1 zfirst"),
    "a mail address": ("first17.last", "person123"),
    "the end of a phone": ("5678", "00123"),
    "nobody": ("quetzal", "zzz@example.org"),
}


def measure(times: int, seconds: int) -> Section:
    """Runs the subject; a quick round has fewer appointments."""
    section = Section("Finding customers", _HOW, _LIMITS)
    count = _MANY if seconds > 1 else _FEW
    with running(durable=True) as postgresql:
        postgresql.begin()
        for kind in ("SQLite", "PostgreSQL"):
            with ExitStack() as stack:
                folder = stack.enter_context(TemporaryDirectory(prefix="openslot-bench-"))
                url = postgresql.make() if kind == "PostgreSQL" else None
                installation = installed(Path(folder), account_file(), database_url=url)
                database = open_database(settings.load(installation.environment))
                asyncio.run(_measured(section, kind, database, count, 10 * times))
    return section


async def _measured(
    section: Section, kind: str, database: Database, count: int, times: int
) -> None:
    (account,) = await database.read_system("benchmarks", all_accounts)
    luck = random.Random(7)
    for first in range(0, count, _AT_ONCE):
        await database.write(account.id, _book, min(_AT_ONCE, count - first), luck)
    began = time.perf_counter()
    before: str | None = search_index.FROM_THE_LAST
    while before is not None:
        before = await database.write(account.id, search_index.fill, before)
    section.add(f"{kind}: fill", f"{time.perf_counter() - began:.0f} s")
    for name, texts in _TEXTS.items():
        slowest = max([await _median(database, account.id, text, times) for text in texts])
        section.at_most(f"{kind}: search, {name}", slowest, _AIM_MS, "ms")
    await database.close()


async def _median(database: Database, account_id: str, text: str, times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await database.read_in_background(account_id, search, CustomerSearch(text))
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


def _book(tx: AccountTx, count: int, luck: random.Random) -> None:
    """Appointments of the years around now, which take no resource."""
    of_account = current_catalogue(tx)
    (branch,) = of_account.branches.values()
    service_id = of_account.services_by_key[SERVICE].id
    resource_id = of_account.resources_at(branch)[0].id
    now = tx.now // 60_000
    for _ in range(count):
        start = now + luck.randrange(-500_000, 500_000)
        identifier = f"Person{luck.randrange(_PEOPLE):08}"
        names = random.Random(identifier)
        first_name = f"first{names.randrange(300)}"
        last_name = f"last{names.randrange(20_000)}"
        phone = f"+316{names.randrange(10**8):08}"
        appointment = Appointment(
            id=new_id(),
            client_id="benchmark",
            status=CONFIRMED,
            version=1,
            created_at=tx.now,
            updated_at=tx.now,
            wall_start="2027-01-04T09:00",
            time_zone=branch.time_zone,
            override=False,
            conflicted=False,
            identifier=identifier,
            customer={
                "firstName": first_name, "lastName": last_name, "phoneNumber": phone,
                "phoneE164": phone, "email": f"{first_name}.{last_name}@example.org",
            },
            answers=[],
            notes=None,
            placement=Placement(
                branch.id, start, start + 30, 0, 0, 1, 1, (service_id,), (resource_id,)
            ),
            reference=None,
            origin="api",
            language=None,
            customer_id=id_of_identifier(tx.account.id, identifier),
            particulars=None,
        )  # fmt: skip
        appointments.insert(tx, appointment)
