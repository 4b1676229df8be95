"""What was computed from a version of some rows, cached while there is room."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")

_SMALL = 1500  # bytes: about what an unpacked day sheet with its masks takes


class VersionCache:
    """A bounded map from (key, version) to a value; of each key only the newest version stays.

    A version must stand for one content forever (`kernel.ids.new_version`), so nothing here
    can be stale: a reader of another version computes it again.
    """

    def __init__(self, most_bytes: int = 128 * 1024 * 1024) -> None:
        """Beyond `most_bytes`, as far as sizes were given, the least recently used goes."""
        self._most_bytes = most_bytes
        self._bytes = 0
        self._values: OrderedDict[Hashable, tuple[Hashable, object, int]] = OrderedDict()

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

    def put(self, key: Hashable, version: Hashable, value: object, size: int = _SMALL) -> None:
        """Keeps a value of about `size` bytes in place of any older version's."""
        replaced = self._values.pop(key, None)
        if replaced is not None:
            self._bytes -= replaced[2]
        self._values[key] = (version, value, size)
        self._bytes += size
        while self._bytes > self._most_bytes and self._values:
            _, (_, _, freed) = self._values.popitem(last=False)
            self._bytes -= freed
