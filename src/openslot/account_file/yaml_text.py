"""Writing plain data as YAML the way people write account files: short things on one line.

Every text is written so that YAML 1.1 and 1.2 read it as text: plainly where that is
certain, else in double quotes, whose escapes are those of JSON.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

_WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./()&'-]*( [A-Za-z0-9_./()&'-]+)*")
# Words that one version of YAML or another reads as something else than text.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def yaml_of(document: dict[str, Any]) -> str:
    """The YAML text of a mapping of texts, numbers, truth values, lists and mappings."""
    return "".join(line + "\n" for line in _block(document, 0, open_up=True))


def _block(data: dict[str, Any], indent: int, *, open_up: bool) -> Iterator[str]:
    """The lines of a mapping; its lists of mappings are opened up, one entry per line or more."""
    pad = " " * indent
    for name, value in data.items():
        one_line = f"{pad}{_text(name)}: {_flow(value)}"
        if not value or not isinstance(value, dict | list) or _stays(one_line, value, open_up):
            yield one_line
        elif isinstance(value, dict):
            yield f"{pad}{_text(name)}:"
            yield from _block(value, indent + 2, open_up=False)
        else:
            yield f"{pad}{_text(name)}:"
            for entry in value:
                yield from _entry(entry, indent + 2)


def _stays(line: str, value: dict[str, Any] | list[Any], open_up: bool) -> bool:
    of_mappings = isinstance(value, list) and isinstance(value[0], dict)
    return len(line) <= _WIDTH and not (open_up and of_mappings)


def _entry(entry: Any, indent: int) -> Iterator[str]:
    """The lines of one entry of a list."""
    pad = " " * indent
    one_line = f"{pad}- {_flow(entry)}"
    if not isinstance(entry, dict) or not entry or len(one_line) <= _WIDTH:
        yield one_line
        return
    lines = _block(entry, indent + 2, open_up=True)
    yield f"{pad}- {next(lines).lstrip(' ')}"
    yield from lines


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(entry) for entry in value) + "]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    # Beyond letters and signs that print, YAML wants escapes (§5.1, §5.7).
    return "".join(c if c.isprintable() else _escaped(c) for c in quoted)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
