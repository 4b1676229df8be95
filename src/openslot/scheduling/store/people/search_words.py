"""The words by which people are found; derived from appointments."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from openslot.scheduling.model.customers.search_words import Needle, SearchEntry
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_LAST = "\U0010ffff"  # no text has a greater character
_ANYTHING, _NOTHING = "%", "-"  # patterns of names

_INSERT = AccountStatement("""
    INSERT INTO customer_words (account_id, word, person_id, appointment_id, names)
    VALUES (:account_id, :word, :person_id, :appointment_id, :names)
    ON CONFLICT (account_id, word, person_id, appointment_id) DO UPDATE SET names = excluded.names
""")

_DELETE = AccountStatement("""
    DELETE FROM customer_words
    WHERE account_id = :account_id AND word = :word AND person_id = :person_id
      AND appointment_id = :appointment_id
""")

_THERE = AccountStatement("""
    SELECT 1 FROM customer_words
    WHERE account_id = :account_id AND word = :word AND person_id = :person_id
      AND appointment_id = :appointment_id
""")

_FOUND = AccountStatement("""
    SELECT word, person_id, min(appointment_id) FROM customer_words
    WHERE account_id = :account_id AND (word, person_id) > (:word, :person_id) AND word < :end
      AND names LIKE :first AND names LIKE :second AND NOT (names LIKE :unlike)
    GROUP BY word, person_id ORDER BY word, person_id LIMIT :limit
""")

_AFTER = AccountStatement("""
    SELECT word, person_id, appointment_id, names FROM customer_words
    WHERE account_id = :account_id AND (word, person_id, appointment_id)
        > (:word, :person_id, :appointment_id)
    ORDER BY word, person_id, appointment_id LIMIT :limit
""")


class SearchHit(NamedTuple):
    """A person under a word, with one of the appointments that are listed there."""

    word: str
    person_id: str
    appointment_id: str


def insert_each(tx: AccountTx, entries: Iterable[SearchEntry]) -> None:
    """Lists appointments."""
    tx.run_each(_INSERT, [one._asdict() for one in entries])


def delete_each(tx: AccountTx, entries: Iterable[SearchEntry]) -> None:
    """Takes appointments from where they are listed."""
    tx.run_each(_DELETE, [_key(one) for one in entries])


def is_there(tx: AccountTx, entry: SearchEntry) -> bool:
    """Whether an appointment is listed under a word."""
    return tx.one(_THERE, **_key(entry)) is not None


def found(tx: AccountTx, needle: Needle, after: tuple[str, str], limit: int) -> list[SearchHit]:
    """The next people under words that begin so, after a word and person.

    Of further words of the name, and of what the name must not be like, only the first are looked
    at: whoever needs all of them looks again.
    """
    first, second = (*(_named(name) for name in needle.names[:2]), _ANYTHING, _ANYTHING)[:2]
    rows = tx.all(
        _FOUND,
        word=max(needle.prefix, after[0]),
        person_id=after[1] if after[0] >= needle.prefix else "",
        end=needle.prefix + _LAST,
        first=first,
        second=second,
        unlike=_named(needle.unlike[0]) if len(needle.unlike) == 1 else _NOTHING,
        limit=limit,
    )
    return [SearchHit(*row) for row in rows]


def after(tx: AccountTx, last: Sequence[str], limit: int) -> list[SearchEntry]:
    """The next entries in the order of word, person and appointment."""
    word, person_id, appointment_id = last
    rows = tx.all(
        _AFTER, word=word, person_id=person_id, appointment_id=appointment_id, limit=limit
    )
    return [SearchEntry(*row) for row in rows]


def _key(entry: SearchEntry) -> dict[str, str]:
    word, person_id, appointment_id, _ = entry
    return {"word": word, "person_id": person_id, "appointment_id": appointment_id}


def _named(name: str) -> str:
    """The pattern of names with a word that begins so; it has letters and digits alone."""
    return f"% {name}%"
