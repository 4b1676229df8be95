"""Names as they are compared: without case, accents and what stands between words. Pure.

The rule is here and not in a database, so that both find the same people.
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# Letters that Unicode does not take apart, as people type them who do not have them.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "æ": "ae", "œ": "oe",
     "þ": "th"}
)  # fmt: skip


def folded(text: str) -> str:
    """A text without case and accents: `Ångström` is `angstrom`, `Weiß` is `weiss`.

    Source: Unicode Standard, §3.13 (case folding) and Annex 15 (NFKD).
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold().translate(_PLAIN)


def name_words(*names: str | None) -> list[str]:
    """The words of names, folded, each once and in order: `O'Brien` has two."""
    return sorted({word for name in names if name for word in _WORD.findall(folded(name))})
