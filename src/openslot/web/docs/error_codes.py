"""Every error code of the product: what it means and what to do, from the classes themselves."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openslot.kernel.errors import OpenslotError
from openslot.web.docs.openapi.failures import FAULT_CODES
from openslot.web.http.problems import status_of


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way to get a code."""

    status: int
    title: str
    advice: str  # what it means and what to do


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A code and all that gives it."""

    code: str
    meanings: tuple[Meaning, ...]
    fault_codes: Mapping[str, str]  # of faults, where this code comes with a list of them


def all_codes() -> Mapping[str, ErrorCode]:
    """Every code by name. A kind is explained only where no error of its own has its code."""
    by_code: dict[str, list[type[OpenslotError]]] = {}
    for error in _subclasses(OpenslotError):
        if "code" not in vars(error):
            continue  # it only lends its form to others
        by_code.setdefault(error.code, []).append(error)
    return {code: _described(code, errors) for code, errors in sorted(by_code.items())}


def _described(code: str, errors: list[type[OpenslotError]]) -> ErrorCode:
    leaves = [e for e in errors if not any(o is not e and issubclass(o, e) for o in errors)]
    meanings = {Meaning(status_of(e), e.title, _advice(e)): None for e in leaves}
    return ErrorCode(
        code=code,
        meanings=tuple(sorted(meanings, key=lambda m: (m.status, m.title))),
        fault_codes=FAULT_CODES if code == "invalid_request" else {},
    )


def _advice(error: type[OpenslotError]) -> str:
    return inspect.cleandoc(error.__doc__ or "").partition("\n\n")[0].replace("\n", " ")


def _subclasses(kind: type[OpenslotError]) -> Iterator[type[OpenslotError]]:
    for subclass in kind.__subclasses__():
        if subclass.__module__.startswith("openslot."):
            yield subclass
            yield from _subclasses(subclass)
