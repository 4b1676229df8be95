"""One request for a page of the console, read as far as every room needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from openslot.identity.model.preferences import Preferences
from openslot.identity.model.session import Session
from openslot.identity.model.user import User
from openslot.kernel.actor import Actor
from openslot.kernel.clock import instant_of_millis, now_ms
from openslot.kernel.localized_text import text_in
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.storage.accounts import Account
from openslot.web.console.frame.formats.languages import formats_of, words_of
from openslot.web.console.frame.formats.staff_formats import StaffFormats
from openslot.web.http.idempotency import fingerprint_of
from openslot.web.http.languages import choose
from openslot.web.page_kit.field_pairs import NOTHING, FieldPairs
from openslot.web.page_kit.language.vocabulary import Words
from openslot.web.page_kit.page_request import TOKEN

IDEMPOTENCY_KEY, VERSION, BACK = "idempotency_key", "version", "back"  # names of hidden fields


@dataclass(frozen=True)
class ConsoleRequest:
    """A request of somebody who is signed in."""

    account: Account
    session: Session
    session_cookie: str
    language: str  # "en", "nl" or "de"
    method: str
    path: str  # below the path of `publicUrl`
    base: str  # what the paths of links begin with
    parameters: Mapping[str, str]  # of the path
    query: FieldPairs
    form: FieldPairs  # of a POST
    address: str
    request_id: str | None
    headers: list[tuple[bytes, bytes]]
    attention: int | None = 0  # how many appointments need somebody; None: not known
    typed: FieldPairs = NOTHING  # what was typed before somebody had to sign in again
    words: Words = field(init=False)
    formats: StaffFormats = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", words_of(self.language))
        object.__setattr__(self, "formats", formats_of(self.language))

    @property
    def user(self) -> User:
        """Who is signed in."""
        return self.session.user

    @property
    def preferences(self) -> Preferences:
        """How this user likes the console."""
        return self.user.preferences

    @cached_property
    def actor(self) -> Actor:
        """Who acts, with the scopes of the role."""
        return Actor(
            self.account.id,
            "user",
            self.user.id,
            frozenset(self.user.scopes),
            self.address,
            self.request_id,
        )

    def may(self, scope: str) -> bool:
        """Whether the role holds a scope."""
        return scope in self.user.scopes

    @cached_property
    def now(self) -> datetime:
        """The account's time; a sandbox has its own."""
        return instant_of_millis(self.account.now(now_ms()))

    @cached_property
    def locale(self) -> str:
        """The account's locale for names of services and the like."""
        return choose(self.language, self.locales)

    @property
    def locales(self) -> tuple[str, ...]:
        """The account's locales, its default first."""
        return tuple(self.account.content["locales"])

    @property
    def account_title(self) -> str:
        """What the account calls itself."""
        return self.text(self.account.content["title"])

    def text(self, text: str | Mapping[str, str]) -> str:
        """One of the account's texts in the language of the page."""
        return text_in(text, self.locale, self.locales)

    def link(self, path: str) -> str:
        """A path of the console for `href`."""
        return self.base + path

    @property
    def own_address(self) -> str:
        """The path with its query, as it was asked for."""
        return f"{self.path}?{urlencode(self.query.pairs)}" if self.query.pairs else self.path

    @property
    def version(self) -> int:
        """The version that was shown; 0 for none that can be read, which nothing ever has."""
        text = self.form.one(VERSION)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0

    def typed_into(self, *forms: Sequence[str]) -> dict[str, Sequence[str]]:
        """What was typed into one of a page's forms, each given by its fields, its own one first.

        The other forms show what is stored.
        """
        typed = self.form if self.form.pairs else self.typed
        sent = next((names for names in forms if typed.has(names[0])), ())
        return {name: typed.all(name) for name in sent}

    @property
    def idempotency_key(self) -> IdempotencyKey:
        """What makes the form act once, however often it is sent."""
        key = self.form.one(IDEMPOTENCY_KEY) or None
        sent = [pair for pair in self.form.pairs if pair[0] != TOKEN]
        return IdempotencyKey(self.actor.id, key, fingerprint_of("POST", self.path, sent))
