"""What must stand in no log, and the logs: noted while the tests run, compared in the end."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

_WORD = re.compile(r"[A-Za-z0-9_-]{16,}")
_SHORTEST_CREDENTIALS = 60  # in base64: a client id, a colon, and a part of a secret
_PREFIX = re.compile(r"^os[a-z]_")
_SHORTEST_PHRASE = 12  # as for passwords: a shorter text may stand anywhere by chance
# What says of itself what it is; these are found though nobody has noted them.
_FORMS = {
    "a client secret": ("osk_", re.compile(r"osk_[0-9A-Za-z]{20}")),
    "a refresh token": ("osr_", re.compile(r"osr_[0-9A-Za-z]{20}")),
    "a code": ("osc_", re.compile(r"osc_[0-9A-Za-z_-]{20}")),
    "a JWT": ("eyJ", re.compile(r"\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8}")),
    "credentials": ("Basic ", re.compile(r"\bBasic [0-9A-Za-z+/]{16}")),
}


@dataclass
class Watch:
    """The secrets of one process of the tests, and where its servers log."""

    active: bool = False
    files: dict[Path, None] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)  # to what they are
    _phrases: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """For servers that are started: they say all that they can say."""
        return {"OPENSLOT_LOG_LEVEL": "debug"} if self.active else {}

    def log(self, path: Path) -> None:
        """Notes a file that something is logged into."""
        if self.active:
            self.files[path] = None

    def secret(self, kind: str, text: str) -> None:
        """Notes random characters; what they are separated by does not matter."""
        if self.active:
            for word in _WORD.findall(text) + _WORD.findall(_PREFIX.sub("", text)):
                self._words[word] = kind

    def phrase(self, kind: str, text: str) -> None:
        """Notes what a person has typed, in every spelling."""
        if self.active and len(text) >= _SHORTEST_PHRASE:
            plain = text.encode("utf-8", "replace").decode()
            for spelling in (plain, quote(plain), quote_plus(plain), json.dumps(plain)[1:-1]):
                self._phrases[spelling] = kind

    def found(self) -> Iterator[str]:
        """Where something is that should not be there; never what it is."""
        for path in self.files:
            text = path.read_text("utf-8", errors="replace") if path.exists() else ""
            # All at once is faster than line by line, and mostly nothing is there.
            if self._kind_in(text) is not None:
                for number, kind in self.in_lines(text.splitlines()):
                    yield f"{kind} in {path}, line {number}"

    def in_lines(self, lines: Iterable[str]) -> Iterator[tuple[int, str]]:
        """The numbers of lines with something secret in them, and what it is."""
        for number, line in enumerate(lines, 1):
            kind = self._kind_in(line)
            if kind is not None:
                yield number, kind

    def _kind_in(self, text: str) -> str | None:
        for kind, (begins, form) in _FORMS.items():
            if begins in text and form.search(text):
                return kind
        for word in _words_of(text, "_-"):
            if word in self._words:
                return self._words[word]
        for phrase, kind in self._phrases.items():
            if phrase in text:
                return kind
        if any(map(_hides_a_secret, _words_of(text, "+/="))):
            return "credentials"
        return None


def _words_of(text: str, signs: str) -> set[str]:
    """What stands in it between other characters than ASCII letters, digits and the signs."""
    others = (chr(n) for n in range(128) if not (chr(n).isalnum() or chr(n) in signs))
    return set(text.translate(dict.fromkeys(map(ord, others), " ")).split())


def _hides_a_secret(word: str) -> bool:
    """Whether it is the base64 of something with a client secret in it, as Basic has it."""
    if len(word) < _SHORTEST_CREDENTIALS:
        return False
    try:
        return b"osk_" in base64.b64decode(word + "=" * (-len(word) % 4))
    except binascii.Error:
        return False


WATCH = Watch()


def observed(kind: str, make: Callable[..., str]) -> Callable[..., str]:
    """The same function, whose results are noted."""

    def making(*arguments: Any, **named: Any) -> str:
        text = make(*arguments, **named)
        WATCH.secret(kind, text)
        return text

    return making
