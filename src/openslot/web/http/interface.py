"""An interface over HTTP: its routes under one prefix, and how it spells what it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from openslot.web.http.route import AnyRoute


@dataclass(frozen=True)
class Interface:
    """One API."""

    prefix: str
    routes: Sequence[AnyRoute]
    # Names of members and parameters that are taken too, with the documented name of each.
    spellings: Mapping[str, str] = field(default_factory=dict)
    ignores_case: bool = False  # of the first segment of a path

    def by_path(self) -> Mapping[str, Mapping[str, AnyRoute]]:
        """The routes by path, then by method, in the order of the table."""
        found: dict[str, dict[str, AnyRoute]] = {}
        for route in self.routes:
            found.setdefault(route.path, {})[route.method] = route
        return found

    def canonical_path(self, path: str) -> str:
        """A path with its first segment spelled as in the table."""
        if not self.ignores_case or not path.startswith(self.prefix + "/"):
            return path
        segment, slash, rest = path[len(self.prefix) + 1 :].partition("/")
        return f"{self.prefix}/{self._first_segments.get(segment.lower(), segment)}{slash}{rest}"

    @cached_property
    def _first_segments(self) -> Mapping[str, str]:
        """The first segments by their lowercase."""
        return {segment.lower(): segment for segment in (r.path.split("/")[1] for r in self.routes)}
