"""Finding people among a million appointments, on both databases."""

import asyncio
import json
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.report import Section
from benchmarks.town import SERVICE, account_file
from journeys.serving import installed
from openslot import settings
from openslot.database import open_database
from openslot.identity.accounts import all_accounts
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.people.search import CustomerSearch, search
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx, Database
from postgresql import running

_HOW = (
    "A million appointments of 400 000 people, whose names are made of 300 first and 20 000 last "
    "names, written by SQL. *Search*: the first page, in the process, the slowest median of the "
    "texts of a kind."
)
_LIMITS = "a page reads every appointment of each person whom it shows."
_MANY, _FEW = 1_000_000, 20_000
_AT_ONCE = 50_000
_PEOPLE = 400_000
# The number of a row; its person, and what the person is called.
_ROWS = f"""
    WITH RECURSIVE rows (number) AS (
        SELECT CAST(:first AS BIGINT) UNION ALL SELECT number + 1 FROM rows WHERE number < :last
    ), people AS (
        SELECT number, number * 7919 % {_PEOPLE} AS person FROM rows
    ), named AS (
        SELECT number, person, 'first' || (person * 31 % 300) AS first_name,
            'last' || (person * 17 % 20000) AS last_name,
            CAST(10000000 + person * 37 % 89999999 AS TEXT) AS digits,
            '01a00000-0000-7000-8000-0000' || CAST(10000000 + number AS TEXT) AS id,
            'Person' || CAST(10000000 + person AS TEXT) AS identifier
        FROM people
    )
"""  # noqa: S608
_MAIL = "first_name || '.' || last_name || person || '@example.org'"
# As it is listed: from its end
_PHONE = " || ".join(f"substr(digits, {place}, 1)" for place in range(8, 0, -1)) + " || '613'"
_APPOINTMENTS = AccountStatement(f"""
    INSERT INTO appointments (account_id, id, client_id, status, version, created_at, updated_at,
        wall_start, time_zone, override, stranded, identifier, customer, answers, notes,
        reference, origin, language, customer_id, particulars, own_minutes, branch_id,
        start_minute, end_minute, before_minutes, after_minutes, places, party, service_ids,
        resource_ids, lead_minutes, mail_key, phone_key)
    {_ROWS}
    SELECT :account_id, id, 'benchmark', 'CONFIRMED', 1, :now, :now, '2027-01-04T09:00',
        'Europe/Amsterdam', 0, 0, identifier,
        '{{"firstName": "' || first_name || '", "lastName": "' || last_name
        || '", "email": "' || {_MAIL} || '", "phoneNumber": "+316'
        || digits || '", "phoneE164": "+316' || digits || '", "dateOfBirth": null}}',
        '[]', NULL, 'R' || number, 'api', NULL, 'customer-' || person, NULL, NULL, :branch_id,
        :now / 60000 + number % 500000, :now / 60000 + number % 500000 + 30, 0, 0, 1, 1,
        :service_ids, :resource_ids, 0, {_MAIL},
        '+316' || digits
    FROM named
""")  # noqa: S608
_WORDS = [
    AccountStatement(f"""
        INSERT INTO customer_words (account_id, word, person_id, appointment_id, names)
        {_ROWS}
        SELECT :account_id, {word}, 'person-' || person, id, ' ' || first_name || ' ' || last_name
        FROM named
    """)  # noqa: S608
    for word in (
        "'1' || first_name",
        "'1' || last_name",
        f"'2' || {_MAIL}",
        f"'3' || {_PHONE}",
    )
]
_AIM_MS = 50
_TEXTS = {
    "a name that many have": ("first1", "last"),
    "two words": ("first12 last77", "last199 first2"),
    "two words that nobody has together": ("first1 xlast", "last1 zfirst"),
    "common words that nobody has together": ("first1 first2", "last1 last2 first1"),
    "a mail address": ("first17.last", "person123"),
    "the end of a phone": ("1000", "10012"),
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
    for first in range(0, count, _AT_ONCE):
        await database.write(account.id, _book, first, min(first + _AT_ONCE, count) - 1)
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


def _book(tx: AccountTx, first: int, last: int) -> None:
    """Appointments from now on, which take no resource, and their words."""
    of_account = current_catalogue(tx)
    branch = next(iter(of_account.branches.values()))
    numbers = {"first": first, "last": last}
    tx.run(
        _APPOINTMENTS,
        now=tx.now,
        branch_id=branch.id,
        service_ids=json.dumps([of_account.services_by_key[SERVICE].id]),
        resource_ids=json.dumps([of_account.resources_at(branch)[0].id]),
        **numbers,
    )
    for statement in _WORDS:
        tx.run(statement, **numbers)
