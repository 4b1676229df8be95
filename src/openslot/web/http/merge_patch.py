"""Merge patches (RFC 7396), and members that a patch may repeat but not change."""

from collections.abc import Mapping
from typing import Any

from openslot.kernel.errors import Fault


def merged(target: Any, patch: Any) -> Any:
    """What a patch makes of a value (RFC 7396 §2): null removes, objects merge, all else is put."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def fixed(patch: Mapping[str, Any], shown: Mapping[str, Any], *names: str) -> list[Fault]:
    """The faults of a patch that would change what is fixed; sent as shown, it is none."""
    return [
        Fault(f"/{name}", "invalid_value", f"`{name}` cannot be changed")
        for name in names
        if name in patch and patch[name] != shown.get(name)
    ]
