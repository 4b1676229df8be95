"""One of an account's locales, as a request names it."""

from collections.abc import Sequence

from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.model.customers.appointment_details import LocaleChoice
from openslot.web.http import languages


def locale_choice(given: str | None) -> LocaleChoice:
    """The given one of the account's locales, in any spelling; without it the default.

    What is returned raises Invalid, at `language`.
    """

    def choose(locales: Sequence[str]) -> str:
        found = [locale for locale in locales if languages.is_same(locale, given or locales[0])]
        if not found:
            detail = f"must be one of the account's locales: {', '.join(locales)}"
            raise Invalid(Fault("language", "invalid_value", detail))
        return found[0]

    return choose
