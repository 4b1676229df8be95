"""How often is tried what depends on luck: races, kills, floods, examples that are made up.

`OPENSLOT_TEST_ROUNDS` says it for all of them: `few` in `bin/test fast`, `many` in `bin/prove`,
`some` where it is not set.
"""

import os

_LENGTHS = ("few", "some", "many")
_LENGTH = os.environ.get("OPENSLOT_TEST_ROUNDS", "some")
if _LENGTH not in _LENGTHS:
    raise ValueError(f"OPENSLOT_TEST_ROUNDS is one of {', '.join(_LENGTHS)}; it is {_LENGTH}")


def rounds(*, few: int | None = None, some: int, many: int) -> int:
    """How often to try something in this run; `few` is for what `bin/test fast` runs."""
    return {"few": some if few is None else few, "some": some, "many": many}[_LENGTH]
