"""Worlds that were found once because a fault showed in them, kept as data.

`python -m scheduling.found` (in `tests/`) looks for a small world for every fault that none of
the kept ones shows, and keeps it.
"""

import copy
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from oracle.worlds import World, worlds

from .choices import Every
from .faults import FAULTS, Fault
from .ledger import Ledger
from .properties import PROPERTIES, Property

FILE = Path(__file__).with_name("found_worlds.json")
INSTANTS = {"from", "to", "start", "end", "expiresAt", "now"}
DATES = {"date", "validFrom", "validTo"}


def read() -> dict[str, World]:
    """The kept worlds, by the fault for which each was found."""
    stored = json.loads(FILE.read_text(), object_hook=_with_times) if FILE.exists() else {}
    return {
        name: (of["account"], of["claims"], of["question"], of["now"])
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


def write(found: dict[str, World]) -> None:
    """Keeps worlds, one a line."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(_named(world), default=lambda time: time.isoformat())}"
        for name, world in found.items()
    ]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _named(world: World) -> dict[str, Any]:
    return dict(zip(("account", "claims", "question", "now"), world, strict=True))


def fails(check: Property, world: World, ledger: Ledger) -> bool:
    """Whether a world shows that a property does not hold."""
    try:
        check(world, Every(), ledger)
    except (AssertionError, IndexError):
        return True
    return False


def shows(fault: Fault, world: World, ledger: Ledger) -> bool:
    """Whether any property fails in a world because of a fault."""
    with fault.applied():
        return any(fails(check, world, ledger) for check in PROPERTIES)


def _look_for(fault: Fault, ledger: Ledger, examples: int) -> World | None:
    for check in PROPERTIES:

        def fails_here(world: World, check: Property = check) -> bool:
            with fault.applied():
                return fails(check, world, ledger)

        try:
            world = find(
                worlds(),
                fails_here,
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
        return _smaller(world, fails_here)
    return None


def _smaller(world: World, fails_here: Callable[[World], bool]) -> World:
    """The world without whatever it fails without."""
    for path in _parts(world):
        smaller = copy.deepcopy(world)
        *outer, last = path
        place: Any = smaller
        try:
            for step in outer:
                place = place[step]
            del place[last]
            if fails_here(smaller):
                world = smaller
        except (KeyError, IndexError, ValueError, TypeError):
            continue  # it cannot be left out, or is gone with something else
    return world


def _parts(thing: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The members of lists in a world, those at the end first."""
    found: list[tuple[Any, ...]] = []
    for key, value in thing.items() if isinstance(thing, dict) else enumerate(thing):
        if isinstance(value, dict | list):
            found = _parts(value, (*path, key)) + found
        if isinstance(thing, list):
            found.insert(0, (*path, key))
    return found


def main() -> None:
    """Looks for what is missing."""
    found, ledger = read(), Ledger()
    names = [fault.name for fault in FAULTS]
    for fault in FAULTS:
        if any(shows(fault, world, ledger) for world in found.values()):
            continue
        world = _look_for(fault, ledger, 300)
        if world is None:
            print(f"not found: {fault.name}", flush=True)
            continue
        found[fault.name] = world
        print(f"found: {fault.name}", flush=True)
        write({name: found[name] for name in names if name in found})


if __name__ == "__main__":
    main()
