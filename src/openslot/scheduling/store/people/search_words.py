"""The words by which people are found; derived from appointments."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from openslot.scheduling.model.customers.search_words import Needle, SearchEntry
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_LAST = "\U0010ffff"  # no text has a greater character
_ANYTHING, _NOTHING = "%", "-"  # patterns of names
_PLACES = ("first", "second", "third", "fourth")  # of further words

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

# The words alone say once more how much it is: of pairs PostgreSQL takes it for half the table, and
# reads all of it.
_FOUND = AccountStatement("""
    SELECT word, person_id, min(appointment_id) FROM customer_words
    WHERE account_id = :account_id AND (word, person_id) > (:word, :person_id)
      AND (word, person_id) <= (:last_word, :last_person_id)
      AND word >= :word AND word <= :last_word
      AND names LIKE :first AND names LIKE :second AND names LIKE :third AND names LIKE :fourth
      AND NOT (names LIKE :unlike)
    GROUP BY word, person_id ORDER BY word, person_id LIMIT :limit
""")

_ROW = AccountStatement("""
    SELECT word, person_id, appointment_id FROM customer_words
    WHERE account_id = :account_id AND (word, person_id) > (:word, :person_id) AND word < :end
    ORDER BY word, person_id, appointment_id LIMIT 1 OFFSET :before
""")

# In the order of the index and by pairs, so that PostgreSQL goes along it and stops.
_COUNT = AccountStatement("""
    SELECT count(*) FROM (
        SELECT 1 FROM customer_words
        WHERE account_id = :account_id AND (word, person_id) > (:word, '') AND word < :end
        ORDER BY word, person_id, appointment_id LIMIT :most
    ) AS listed
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


def rows_under(tx: AccountTx, prefix: str, most: int) -> int:
    """How many rows have words that begin so; no more than `most` are counted."""
    row = tx.one(_COUNT, word=prefix, end=prefix + _LAST, most=most)
    return int(row[0]) if row else 0


def row_after(
    tx: AccountTx, needle: Needle, after: tuple[str, str], number: int
) -> SearchHit | None:
    """The row so many rows after a word and person; None: no more words begin so."""
    row = tx.one(_ROW, **_begin(needle, after), end=needle.prefix + _LAST, before=number - 1)
    return None if row is None else SearchHit(*row)


def found(
    tx: AccountTx,
    needle: Needle,
    after: tuple[str, str],
    last: tuple[str, str] | None,
    limit: int,
) -> list[SearchHit]:
    """The next people under words that begin so, between two words and persons.

    Without `last` up to the end. Of further words of the name, and of what the name must not be
    like, only the first are looked at: whoever needs all of them looks again.
    """
    last_word, last_person_id = last or (needle.prefix + _LAST, "")
    rows = tx.all(
        _FOUND,
        **_begin(needle, after),
        last_word=last_word,
        last_person_id=last_person_id,
        **dict(zip(_PLACES, map(_named, needle.names), strict=False)),
        **dict.fromkeys(_PLACES[len(needle.names) :], _ANYTHING),
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


def _begin(needle: Needle, after: tuple[str, str]) -> dict[str, str]:
    word, person_id = after if after[0] >= needle.prefix else (needle.prefix, "")
    return {"word": word, "person_id": person_id}


def _key(entry: SearchEntry) -> dict[str, str]:
    word, person_id, appointment_id, _ = entry
    return {"word": word, "person_id": person_id, "appointment_id": appointment_id}


def _named(name: str) -> str:
    """The pattern of names with a word that begins so; it has letters and digits alone."""
    return f"% {name}%"
