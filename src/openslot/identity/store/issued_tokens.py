"""Rows that count the access tokens which each client got, by UTC day."""

import json
from collections.abc import Mapping

from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

IssuedKey = tuple[str, str, int]  # account, client, and days since 1970

# A client that was deleted meanwhile is counted no more.
_ADD = SystemStatement("""
    INSERT INTO issued_tokens (account_id, client_id, day, issued)
    SELECT c.account_id, c.client_id, CAST(one.value ->> 2 AS INTEGER),
           CAST(one.value ->> 3 AS BIGINT)
    FROM json_each(:counts) AS one
    JOIN clients AS c ON c.account_id = one.value ->> 0 AND c.client_id = one.value ->> 1
    WHERE true
    ON CONFLICT (account_id, client_id, day)
        DO UPDATE SET issued = issued_tokens.issued + excluded.issued
""")

_DELETE_OLD = SystemStatement("DELETE FROM issued_tokens WHERE day < :before")

_OF_CLIENT = AccountStatement("""
    SELECT day, issued FROM issued_tokens
    WHERE account_id = :account_id AND client_id = :client_id AND day >= :first AND day <= :last
    ORDER BY day
""")

_DELETE_ALL = AccountStatement("""
    DELETE FROM issued_tokens WHERE account_id = :account_id AND client_id = :client_id
""")


def add(tx: SystemTx, counts: Mapping[IssuedKey, int]) -> None:
    """Adds to the counts of clients of any accounts."""
    tx.run(_ADD, counts=json.dumps([[*key, count] for key, count in counts.items()]))


def delete_old(tx: SystemTx, before: int) -> int:
    """Removes the counts of the days before one, of every account; returns how many."""
    return tx.run(_DELETE_OLD, before=before)


def of_client(tx: AccountTx, client_id: str, first: int, last: int) -> list[tuple[int, int]]:
    """The days from one to another on which a client got tokens, with how many."""
    rows = tx.all(_OF_CLIENT, client_id=client_id, first=first, last=last)
    return [(int(row[0]), int(row[1])) for row in rows]


def delete_all(tx: AccountTx, client_id: str) -> None:
    """Removes the counts of a client."""
    tx.run(_DELETE_ALL, client_id=client_id)
