"""Which of an account's languages to respond in (RFC 9110 §12.5.4, and the published spellings)."""

import re
from functools import lru_cache

# The published spellings that are not language_REGION: UK is no region, and one is turned round.
_AS_WRITTEN = {"en_uk": "en_GB", "es_es": "es_ES"}

# RFC 9110 §12.4.2: 0 to 1 with at most three digits behind the point
_WEIGHT = re.compile(r"[qQ][ \t]*=[ \t]*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)


@lru_cache(maxsize=4096)
def choose(header: str | None, locales: tuple[str, ...]) -> str:
    """The account's locale that suits an Accept-Language best; its default when none does."""
    for wanted in _wanted(header or ""):
        for locale in locales:
            if _tag(locale) == wanted:
                return locale
        language = wanted.partition("_")[0]
        for locale in locales:
            if _tag(locale).partition("_")[0] == language:
                return locale
    return locales[0]


def content_language(locale: str) -> str:
    """A locale as Content-Language writes it: `en-GB` for `en_UK`."""
    return _tag(locale).replace("_", "-")


def is_same(locale: str, text: str) -> bool:
    """Whether a text is a locale in any of its spellings: `nl_NL`, `nl-NL`, `nl-nl`."""
    return _tag(locale) == _tag(text.strip())


def _wanted(header: str) -> list[str]:
    """The tags of an Accept-Language, best first; those with q=0 left out."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, _, weight = part.partition(";")
        found = _WEIGHT.fullmatch(weight.strip()) if weight.strip() else None
        # A weight that cannot be read is no reason to overlook a language that was named last.
        quality = float(found[1]) if found else (0.001 if weight.strip() else 1.0)
        if tag.strip() and tag.strip() != "*" and quality > 0:
            ranked.append((-quality, place, _tag(tag.strip())))
    return [tag for _, _, tag in sorted(ranked)]


def _tag(text: str) -> str:
    """`language_REGION` of any spelling."""
    text = text.replace("-", "_")
    text = _AS_WRITTEN.get(text.lower(), text)
    language, _, region = text.partition("_")
    return f"{language.lower()}_{region.upper()}" if region else language.lower()
