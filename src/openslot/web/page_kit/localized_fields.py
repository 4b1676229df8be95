"""Fields for a text in several languages: one for the default, one for each other. Pure."""

from collections.abc import Mapping, Sequence

from openslot.web.page_kit.field_pairs import FieldPairs


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
    """For each language but the default the end of a field's name, and what it is called."""
    return [(f"-{locale}", called) for locale, called in language_names(locales)[1:]]


def language_names(locales: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Locales with what they are called: `nl`, or `nl_BE` where another one is Dutch too."""
    short = [locale.partition("_")[0] for locale in locales]
    return [
        (locale, language if short.count(language) == 1 else locale)
        for locale, language in zip(locales, short, strict=True)
    ]
