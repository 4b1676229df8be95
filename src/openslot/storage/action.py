"""Actions: what can be done, whoever asks for it and however they reach it.

An API, a page and the command line run the same actions; none of them appears here.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx, Database

In = TypeVar("In")
Out = TypeVar("Out")
T = TypeVar("T")

# A computation that pauses often, so that an event loop serves others meanwhile.
Steps = Generator[None, None, T]


class Runs(Enum):
    """The kind of transaction in which an action runs (see `Database`)."""

    READ = auto()
    READ_IN_BACKGROUND = auto()  # it reads so many rows that nobody should wait for it
    WRITE = auto()  # nobody else writes in the account meanwhile
    WRITE_CONCURRENTLY = auto()  # it locks what it decides by


@dataclass(frozen=True, slots=True)
class Action(Generic[In, Out]):
    """One thing that can be done in an account.

    `run` gets the transaction, who acts, and an input that holds everything else: wanted values,
    idempotency key, precondition. It checks no scope; it raises what its docstring lists.
    """

    name: str
    scopes: tuple[str, ...]  # any one of them is enough
    run: Callable[[AccountTx, Actor, In], Out]
    runs: Runs = Runs.READ
    in_steps: bool = False  # what follows from its value is long: steps, after the transaction
    # Of a write: what reads so many rows that it is done in the background before. It completes the
    # input, and raises as `run` does.
    look_first: Callable[[AccountTx, Actor, In], In] | None = None

    @property
    def writes(self) -> bool:
        """Whether it may change anything."""
        return self.runs in (Runs.WRITE, Runs.WRITE_CONCURRENTLY)


def transaction_of(database: Database, runs: Runs) -> Callable[..., Any]:
    """The method of a database that opens this kind of transaction."""
    match runs:
        case Runs.READ:
            return database.read
        case Runs.READ_IN_BACKGROUND:
            return database.read_in_background
        case Runs.WRITE:
            return database.write
        case Runs.WRITE_CONCURRENTLY:
            return database.write_concurrently
