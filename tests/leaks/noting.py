"""Notes what is secret where the product makes it or is given it; nothing is replaced."""

import secrets

from openslot.identity.clients import secret_rotation
from openslot.identity.clients import secrets as client_secrets
from openslot.identity.keys.key_ring import KeyRing
from openslot.identity.people import sign_in_ticket, totp
from openslot.identity.people.passwords import Passwords
from openslot.identity.tokens import refresh_tokens
from openslot.web.page_kit.forms import FormTokens

from .watch import WATCH, observed


def note_what_is_made() -> None:
    # Sessions, invitations, codes, the cookies of forms; and the verifiers of tests
    secrets.token_urlsafe = observed("a random text", secrets.token_urlsafe)
    for module in (client_secrets, secret_rotation):
        module.new_secret = observed("a client secret", module.new_secret)  # type: ignore[attr-defined]
    totp.new_secret = observed("the secret of a second factor", totp.new_secret)
    sign_in_ticket.make = observed("what stands for a password", sign_in_ticket.make)
    refresh_tokens.text_of = observed("a refresh token", refresh_tokens.text_of)
    KeyRing.sign = observed("an access token", KeyRing.sign)  # type: ignore[method-assign]
    FormTokens.make = observed("the token of a form", FormTokens.make)  # type: ignore[method-assign]


def note_what_is_typed() -> None:
    hash_, verifies = Passwords.hash, Passwords.verifies

    async def hashing(self: Passwords, text: str) -> str:
        WATCH.phrase("a password", text)
        return await hash_(self, text)

    async def verifying(self: Passwords, digest: str | None, text: str) -> bool:
        WATCH.phrase("a password", text)
        return await verifies(self, digest, text)

    Passwords.hash = hashing  # type: ignore[method-assign]
    Passwords.verifies = verifying  # type: ignore[method-assign]
