"""One request for a page, read as far as every step needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from openslot.account_file.booking_page.page_languages import RIGHT_TO_LEFT_TRIAL
from openslot.storage.accounts import Account
from openslot.web.booking_page.language.catalogues import words_of
from openslot.web.booking_page.page_account import PageAccount
from openslot.web.http.languages import choose
from openslot.web.page_kit.field_pairs import FieldPairs, Pairs
from openslot.web.page_kit.language.local_formats import LocalFormats, formats_of
from openslot.web.page_kit.language.vocabulary import Words

LANGUAGE, EMBEDDED = "lang", "embed"
TOKENS = ("hold", "booking", "instead")  # the parameters that are one


@dataclass(frozen=True)
class PublicRequest:
    """A request for a page of an account, in the language that its person reads."""

    account: Account
    page: PageAccount
    locale: str
    query: FieldPairs
    form: FieldPairs
    travelling: Pairs  # what goes along to every later step
    base: str  # what the paths of links begin with
    path: str  # below the base, without a query
    address: str
    request_id: str | None
    parameters: Mapping[str, str]  # of the path
    words: Words = field(init=False)
    formats: LocalFormats = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", words_of(self.locale))
        object.__setattr__(self, "formats", formats_of(self.locale))

    @property
    def is_embedded(self) -> bool:
        """Whether it stands in a frame of another site."""
        return (EMBEDDED, "1") in self.travelling

    def book(self, step: str = "") -> str:
        """The path of a step of booking: "" is the first."""
        return f"{self.base}/book/{self.account.name}" + (f"/{step}" if step else "")

    def link(self, path: str, pairs: Pairs = (), fragment: str = "") -> str:
        """An address with its choices, and with what goes along."""
        query = urlencode([*pairs, *self.travelling])
        return path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")

    def text(self, text: str | Mapping[str, str] | None) -> str:
        """One of the account's texts."""
        return self.page.text(text, self.locale)


def locale_of(page: PageAccount, wanted: str, accept_language: str | None) -> str:
    """The language of a request: the wanted one if the account has it, else the browser's."""
    named = _named(page.languages, wanted)
    if named is not None:
        return named
    by_browser = tuple(one for one in page.languages if one != RIGHT_TO_LEFT_TRIAL)
    return choose(accept_language, by_browser or page.languages)


def travelling_of(page: PageAccount, sent: FieldPairs) -> Pairs:
    """What of a query or form goes along: the language that was chosen, and the frame."""
    pairs = []
    named = _named(page.languages, sent.one(LANGUAGE))
    if named is not None:
        pairs.append((LANGUAGE, named))
    if sent.one(EMBEDDED) == "1":
        pairs.append((EMBEDDED, "1"))
    return pairs


def _named(languages: Sequence[str], wanted: str) -> str | None:
    """`nl`, `nl-NL` and `nl_NL` name `nl_NL`."""
    text = wanted.replace("-", "_").lower()
    for locale in languages:
        if locale.lower() == text:
            return locale
    for locale in languages:
        if locale.partition("_")[0].lower() == text:
            return locale
    return None
