"""Importing records one by one: a transaction each, so that no server waits for long."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from openslot.importing.report import ImportOutcome
from openslot.storage.dry_run import rolled_back
from openslot.storage.transactions import AccountTx, Database

Record = TypeVar("Record")


async def import_each(
    database: Database,
    account_id: str,
    import_one: Callable[[AccountTx, Record], ImportOutcome],
    records: Iterable[Record],
    *,
    dry_run: bool,
) -> list[ImportOutcome]:
    """What became of each record; in a dry run what would become of each by itself."""
    outcomes = []
    for record in records:
        if dry_run:
            outcome = await rolled_back(database.write, account_id, import_one, record)
        else:
            outcome = await database.write(account_id, import_one, record)
        outcomes.append(outcome)
    return outcomes


def listed(ids: Iterable[str], most: int = 5) -> str:
    """The first of some ids as a remark lists them."""
    found = list(ids)
    return ", ".join(found[:most]) + (" …" if len(found) > most else "")
