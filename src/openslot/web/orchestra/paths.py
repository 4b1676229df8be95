"""Which call a path is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openslot.web.http.route import AnyRoute

CALENDAR = "/calendar-backend/public/api"
CUSTOMERS = "/rest/appointment/customers"
# Where the same calls are found too.
_ALSO_BELOW = (f"/rest{CALENDAR}", f"/qsystem{CUSTOMERS}")
BASES = (CALENDAR, CUSTOMERS, *_ALSO_BELOW)
_OTHER_BASES = tuple(tuple(base[1:].split("/")) for base in _ALSO_BELOW)


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A path of the table with its methods, and what its parameters are in a request."""

    routes: Mapping[str, AnyRoute]
    parameters: Mapping[str, str]


class CallTable:
    """The calls of the interface by their paths. Segments are case-sensitive."""

    def __init__(self, routes: Iterable[AnyRoute]) -> None:
        """HEAD goes with GET."""
        by_pattern: dict[tuple[str, ...], dict[str, AnyRoute]] = {}
        for route in routes:
            methods = by_pattern.setdefault(tuple(route.path[1:].split("/")), {})
            methods[route.method] = route
            if route.method == "GET":
                methods["HEAD"] = route
        self._by_length: dict[int, list[tuple[tuple[str, ...], Mapping[str, AnyRoute]]]] = {}
        for pattern, methods in by_pattern.items():
            self._by_length.setdefault(len(pattern), []).append((pattern, methods))

    def find(self, segments: tuple[str, ...]) -> FoundCall | None:
        """The call of a request's path, given without its matrix parameters."""
        path = _canonical(segments)
        for pattern, routes in self._by_length.get(len(path), ()):
            values = _values(pattern, path)
            if values is not None:
                return FoundCall(routes, values)
        return None


def _canonical(segments: tuple[str, ...]) -> tuple[str, ...]:
    """The path below the base that the table has: another base is that with one segment before."""
    for base in _OTHER_BASES:
        if segments[: len(base)] == base:
            return segments[1:]
    return segments


def _values(pattern: tuple[str, ...], path: tuple[str, ...]) -> dict[str, str] | None:
    """The parameters of a path that follows a pattern; None: it does not."""
    values: dict[str, str] = {}
    for there, here in zip(pattern, path, strict=True):
        if there[0] == "{" and here:
            values[there[1:-1]] = here
        elif there != here:
            return None
    return values
