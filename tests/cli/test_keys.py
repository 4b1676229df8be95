"""`openslot keys`: what an operator sees of the signing keys, and how they are changed."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from .conftest import Operator

pytestmark = pytest.mark.slow

TIMES = ("announcedAt", "signsFrom", "signsUntil", "removedAt")


def instants(row: dict[str, str | None]) -> list[datetime | None]:
    """Announced, signs from, signs until, removed at."""
    return [text and datetime.fromisoformat(text) for text in (row[name] for name in TIMES)]


def ages(operator: Operator, days: int) -> None:
    """As if everything so far had happened so many days ago."""
    with closing(sqlite3.connect(operator.database)) as connection:
        ago = {"ms": days * 86_400_000}
        connection.execute(
            "UPDATE signing_keys SET created_at = created_at - :ms, signs_from = signs_from - :ms",
            ago,
        )
        connection.commit()


def test_a_rotation_from_announcement_to_retirement(operator: Operator) -> None:
    told = operator.runs("keys", "rotate").stdout
    rows = operator.asks("keys", "list")
    old, new = rows[:2], rows[2:]
    assert {row["algorithm"] for row in old} == {row["algorithm"] for row in new}
    assert [row["state"] for row in rows] == ["signing"] * 2 + ["announced"] * 2
    assert all(row["kid"] in told for row in new)
    for row in new:
        announced, signs_from, signs_until, removed_at = instants(row)
        assert signs_from - announced == timedelta(hours=24)
        assert (signs_until, removed_at) == (None, None)
    for row in old:
        announced, signs_from, signs_until, removed_at = instants(row)
        assert announced == signs_from
        assert signs_until == instants(new[0])[1]
        assert removed_at - signs_until == timedelta(hours=25)

    ages(operator, 1)
    states = {row["kid"]: row["state"] for row in operator.asks("keys", "list")}
    assert states == {
        **{row["kid"]: "retired" for row in old},
        **{row["kid"]: "signing" for row in new},
    }


def test_the_table_says_when_the_next_pair_comes(operator: Operator) -> None:
    operator.runs("keys", "rotate")
    heading, *lines, last = operator.runs("keys", "list").stdout.splitlines()
    assert heading.split("  ")[0] == "KEY"
    assert len(lines) == 4
    signs_from = instants(operator.asks("keys", "list")[-1])[1]
    due = signs_from + timedelta(days=89)
    assert last.startswith(f"The next pair is announced at {due:%Y-%m-%dT%H:%M:%SZ}")


def test_a_second_rotation_waits_for_the_first(operator: Operator) -> None:
    operator.runs("keys", "rotate")
    before = operator.asks("keys", "list")
    refused = operator.runs("keys", "rotate", code=1).stderr
    assert refused.startswith("openslot: A pair is announced already; it signs from 20")
    assert operator.asks("keys", "list") == before


def test_an_emergency_asks_first_and_says_what_follows(operator: Operator) -> None:
    operator.runs("keys", "rotate")
    before = operator.asks("keys", "list")
    for answer in ("n\n", ""):
        asked = operator.runs("keys", "rotate", "--emergency", stdin=answer, code=1).stderr
        assert "Every access token of every account becomes invalid at once" in asked
        assert operator.asks("keys", "list") == before
    operator.runs("keys", "rotate", "--emergency", stdin="y\n")
    second = operator.asks("keys", "list")
    told = operator.runs("keys", "rotate", "--emergency", "--yes").stdout
    third = operator.asks("keys", "list")
    kids = [{row["kid"] for row in rows} for rows in (before, second, third)]
    assert [len(each) for each in kids] == [4, 2, 2]
    assert len(set.union(*kids)) == 8
    assert {(row["algorithm"], row["state"]) for row in third} == {
        ("ES256", "signing"),
        ("RS256", "signing"),
    }
    assert all(kid in told for kid in kids[2])
    assert "Running servers follow within a second" in told


@pytest.mark.parametrize("words", [(), ("--emergency", "--yes")])
def test_another_master_key_changes_nothing(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Else the servers could not read what was made."""
    operator.runs("keys", "rotate")
    before = operator.asks("keys", "list")
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", "A" * 43 + "=")
    refused = operator.runs("keys", "rotate", *words, code=1).stderr
    assert "OPENSLOT_MASTER_KEY is not the key" in refused
    assert operator.asks("keys", "list") == before
