"""What was computed from a version of some rows, kept in memory while there is room."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Derived:
    """A bounded map from (key, version) to a value; of each key only the newest version stays.

    A version must stand for one content for good (`kernel.ids.new_version`), so nothing here
    can be stale: whoever reads another version computes anew.
    """

    def __init__(self, most: int = 100_000) -> None:
        """`most` is how many keys are kept; beyond it the least recently used one goes."""
        self._most = most
        self._values: OrderedDict[Hashable, tuple[Hashable, object]] = OrderedDict()

    def get(self, key: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """The value for this version of `key`, made by `make` when it is not at hand."""
        held = self._values.get(key)
        if held is not None and held[0] == version:
            self._values.move_to_end(key)
            return cast(T, held[1])
        value = make()
        self.put(key, version, value)
        return value

    def find(self, key: Hashable, version: Hashable) -> object | None:
        """The value for this version of `key`, if it is at hand."""
        held = self._values.get(key)
        if held is None or held[0] != version:
            return None
        self._values.move_to_end(key)
        return held[1]

    def put(self, key: Hashable, version: Hashable, value: object) -> None:
        """Keeps a value in place of any older version's."""
        self._values[key] = (version, value)
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def clear(self) -> None:
        """Forgets everything."""
        self._values.clear()
