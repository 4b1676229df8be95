"""Worlds that were found once because a fault shows in them, kept as data.

`python -m scheduling.found` (in `tests/`) looks for a small world for every fault that has none,
or whose world does not show it any more, and keeps it.
"""

import copy
import json
from collections.abc import Callable
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from oracle.worlds import World, worlds

from .choices import Every
from .crowded import crowded
from .faults import FAULTS, Fault, plain
from .ledger import Ledger
from .properties import (
    PROPERTIES,
    Property,
    answers_from_now_on_hold_as_long_as_they_say,
    answers_hold_as_long_as_they_say,
    as_many_fit_as_are_said_to_remain,
    listings_are_the_oracles,
    reasons_are_the_oracles,
    single_starts_are_decided_and_assigned_as_by_the_oracle,
)

FILE = Path(__file__).with_name("found_worlds.json")
INSTANTS = {"from", "to", "start", "end", "expiresAt", "now"}
DATES = {"date", "validFrom", "validTo"}
# What a world can mostly do without.
LISTS = {
    "claims",
    "branches",
    "services",
    "resources",
    "openingHours",
    "hours",
    "breaks",
    "overrides",
    "serviceCombinations",
}


class Found(NamedTuple):
    """A property, and a world in which it does not hold under a fault."""

    check: Property
    world: World


def read() -> dict[str, Found]:
    """What is kept, by the name of the fault."""
    stored = json.loads(FILE.read_text(), object_hook=_with_times) if FILE.exists() else {}
    checks = {check.__name__: check for check in PROPERTIES}
    return {
        name: Found(
            checks[of["property"]], (of["account"], of["claims"], of["question"], of["now"])
        )
        for name, of in stored.items()
    }


def _with_times(record: dict[str, Any]) -> dict[str, Any]:
    def value(name: str, text: Any) -> Any:
        if isinstance(text, str) and name in INSTANTS:
            return datetime.fromisoformat(text)
        if isinstance(text, str) and name in DATES:
            return date.fromisoformat(text)
        return text

    return {name: value(name, text) for name, text in record.items()}


def write(found: dict[str, Found]) -> None:
    """Keeps worlds, one a line, in the order of the faults."""
    lines = [
        f"{json.dumps(fault.name)}: "
        f"{json.dumps(_named(found[fault.name]), default=lambda time: time.isoformat())}"
        for fault in FAULTS
        if fault.name in found
    ]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _named(found: Found) -> dict[str, Any]:
    world = dict(zip(("account", "claims", "question", "now"), found.world, strict=True))
    return {"property": found.check.__name__} | world


def fails(check: Property, world: World, ledger: Ledger) -> bool:
    """Whether a world shows that a property does not hold."""
    try:
        check(world, Every(), ledger)
    except Exception:
        return True
    return False


def shows(fault: Fault, found: Found, ledger: Ledger) -> bool:
    """Whether a property holds in a world, and does not when there is the fault."""
    with fault.applied():
        failed = fails(*found, ledger)
    return failed and not fails(*found, ledger)


def _look_for(fault: Fault, ledger: Ledger, examples: int) -> Found | None:
    for strategy, check in product((crowded(), worlds()), _likely(fault)):

        def here(world: World, check: Property = check) -> bool:
            return shows(fault, Found(check, world), ledger)

        try:
            world = find(
                strategy,
                here,
                settings=settings(
                    max_examples=examples,
                    database=None,
                    deadline=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        except NoSuchExample:
            continue
        return Found(check, _smaller(world, here))
    return None


def _likely(fault: Fault) -> list[Property]:
    """The properties that may notice a fault."""
    name = plain(fault.function).__name__
    if name in ("assign", "rank", "_minutes_booked"):
        return [single_starts_are_decided_and_assigned_as_by_the_oracle]
    if name == "holds_until":
        return [answers_hold_as_long_as_they_say, answers_from_now_on_hold_as_long_as_they_say]
    if name == "remaining":
        return [as_many_fit_as_are_said_to_remain]
    if name == "dates":
        return [listings_are_the_oracles]
    return [
        reasons_are_the_oracles,
        single_starts_are_decided_and_assigned_as_by_the_oracle,
        listings_are_the_oracles,
    ]


def _smaller(world: World, here: Callable[[World], bool]) -> World:
    """The world without whatever it can do without."""
    account, claims, asked, now = world
    whole: dict[str, Any] = {"account": account, "claims": claims}
    for *outer, last in _parts(whole):
        smaller = copy.deepcopy(whole)
        place: Any = smaller
        try:
            for step in outer:
                place = place[step]
            del place[last]
        except LookupError:
            continue  # gone with something else
        if here((smaller["account"], smaller["claims"], asked, now)):
            whole = smaller
    return whole["account"], whole["claims"], asked, now


def _parts(thing: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The members of lists in a world, those at the end first."""
    found: list[tuple[Any, ...]] = []
    for key, value in thing.items() if isinstance(thing, dict) else enumerate(thing):
        if isinstance(value, dict | list):
            found = _parts(value, (*path, key)) + found
        if isinstance(thing, list) and path[-1] in LISTS:
            found.insert(0, (*path, key))
    return found


def main() -> None:
    """Looks for what is missing: quickly, then longer for what was not found so."""
    found, ledger = read(), Ledger()
    missing = [f for f in FAULTS if f.name not in found or not shows(f, found[f.name], ledger)]
    for examples in (50, 300, 1500):
        for fault in list(missing):
            new = _look_for(fault, ledger, examples)
            if new is not None:
                missing.remove(fault)
                found[fault.name] = new
                write(found)
    for fault in missing:
        print(f"No world shows this: {fault.name}")


if __name__ == "__main__":
    main()
