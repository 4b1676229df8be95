"""Fields for a text in several languages: one for the default, one for each other. Pure."""

from collections.abc import Mapping, Sequence

from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.language.local_formats import formats_of


def text_values(
    name: str, text: str | Mapping[str, str], locales: Sequence[str]
) -> dict[str, str | Sequence[str]]:
    """The fields of a text: one for the default language, one for each other."""
    if isinstance(text, str):
        return {name: text}
    values = {name: text.get(locales[0], "")}
    values |= {f"{name}-{locale}": text.get(locale, "") for locale in locales[1:]}
    return dict(values)


def typed_text(name: str, form: FieldPairs, locales: Sequence[str]) -> str | dict[str, str]:
    """A text as it was typed: plain where there is no translation."""
    default = form.one(name).strip()
    others = {locale: form.one(f"{name}-{locale}").strip() for locale in locales[1:]}
    translated = {locale: text for locale, text in others.items() if text}
    return {locales[0]: default, **translated} if translated else default


def other_languages(locales: Sequence[str]) -> Sequence[tuple[str, str]]:
    """For each language but the default the end of a field's name, and what it is called.

    That is `nl`, or `nl_BE` where another one is Dutch too.
    """
    short = [locale.partition("_")[0] for locale in locales]
    return [
        (f"-{locale}", language if short.count(language) == 1 else locale)
        for locale, language in list(zip(locales, short, strict=True))[1:]
    ]


def own_names(locales: Sequence[str]) -> Mapping[str, str]:
    """What languages call themselves: `Nederlands`, with the locale where two are Dutch."""
    names = {locale: formats_of(locale).own_name for locale in locales}
    called = list(names.values())
    return {
        locale: name if called.count(name) == 1 else f"{name} ({locale})"
        for locale, name in names.items()
    }
