"""Finding a route by its path in a few steps, however many routes there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from starlette.routing import BaseRoute, Route


@dataclass(slots=True)
class _Segment:
    """What may follow after the segments of a path so far."""

    by_text: dict[str, "_Segment"] = field(default_factory=dict)
    by_parameter: "_Segment | None" = None
    route: Route | None = None  # the one whose path ends here
    above: Route | None = None  # the one of every path below, where none has its own
    below: str = ""  # what that one calls the rest of the path
    parameters: Sequence[str] = ()  # their names in its path, in order


class RouteTable:
    """The routes that take any method and whose parameters are whole segments of a path.

    A last parameter of kind `path` stands for every path below. Where a text and a parameter could
    both stand, the text is tried first. A path that is not
    found here may still be that of another kind of route.
    """

    def __init__(self) -> None:
        """An empty table."""
        self._root = _Segment()

    def add(self, routes: Iterable[BaseRoute]) -> None:
        """Adds those of some routes that such a table can hold."""
        for route in routes:
            if isinstance(route, Route) and route.methods is None:
                self._add(route)

    def find(self, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route of a path with the values of its parameters."""
        values: list[str] = []
        segments = path.split("/")
        found = _follow(self._root, segments, 0, values)
        if found is not None and found.route is not None:
            return found.route, dict(zip(found.parameters, values, strict=True))
        return _above(self._root, segments)

    def _add(self, route: Route) -> None:
        here: _Segment = self._root
        names: list[str] = []
        for text in route.path.split("/"):
            if text.endswith(":path}") and route.path.endswith(f"/{text}"):
                if here.above is None and not names:
                    here.above, here.below = route, text[1:].removesuffix(":path}")
                return
            if text.startswith("{") and text.endswith("}") and ":" not in text:
                names.append(text[1:-1])
                here.by_parameter = here.by_parameter or _Segment()
                here = here.by_parameter
            elif "{" in text:
                return  # a parameter that is more, or less, than a segment
            else:
                here = here.by_text.setdefault(text, _Segment())
        if here.route is None:  # the first one of a path counts
            here.route, here.parameters = route, names


def _follow(here: _Segment, path: list[str], place: int, values: list[str]) -> _Segment | None:
    if place == len(path):
        return here if here.route is not None else None
    text = path[place]
    if (there := here.by_text.get(text)) is not None:
        found = _follow(there, path, place + 1, values)
        if found is not None:
            return found
    if here.by_parameter is None or not text:
        return None
    values.append(text)
    found = _follow(here.by_parameter, path, place + 1, values)
    if found is None:
        values.pop()
    return found


def _above(here: _Segment, path: list[str]) -> tuple[Route, dict[str, str]] | None:
    """The route of everything below, nearest to the end of a path, with what is below."""
    found = None
    for place, text in enumerate(path):
        if here.above is not None:
            found = (here.above, {here.below: "/".join(path[place:])})
        if (there := here.by_text.get(text)) is None:
            break
        here = there
    return found
