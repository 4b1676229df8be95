"""How often somebody may try to sign in, before any password is compared.

As with wrong secrets: by person and address together, so that nobody is locked out from
elsewhere, and by address. An unknown person is counted like a known one.
"""

import hashlib

from openslot.identity.people.user_rules import counted_person
from openslot.kernel.counted_address import counted_address
from openslot.settings import Settings
from openslot.web.http.limits import Limit

_MINUTE_SECONDS = 60


class SignInThrottle:
    """The limits of one process."""

    def __init__(self, settings: Settings) -> None:
        """The settings of wrong secrets hold for passwords and codes too; 0 is off."""
        self._by_person = _limit(settings.wrong_secrets_per_minute_and_client)
        self._by_address = _limit(settings.wrong_secrets_per_minute_and_address)

    def ask(self, account_id: str, person: str, address: str) -> None:
        """Counts an attempt for the person before it is compared: so many at once count as many.

        `person` is the e-mail address, as it was typed or of the person who is signed in.
        `right` takes the attempt back.

        Raises:
            RateLimited: it is one too many.
        """
        counted = counted_address(address)
        self._by_address.ask(counted)
        self._by_person.take(_key(account_id, counted_person(person), counted))

    def right(self, account_id: str, person: str, address: str) -> None:
        """Takes back an attempt that `ask` has counted: what was typed is right."""
        self._by_person.give_back(
            _key(account_id, counted_person(person), counted_address(address))
        )

    def wrong(self, address: str) -> None:
        """Counts a failed attempt for the address. A town hall shares one, and signs in at eight.

        Raises:
            RateLimited: it is one too many: others were compared at the same time.
        """
        self._by_address.take(counted_address(address))


def _limit(most: int) -> Limit:
    return Limit(most, _MINUTE_SECONDS)


def _key(account_id: str, person: str, address: str) -> str:
    # What was typed is not stored as it is: it may be a password in the wrong field.
    text = f"{account_id}\n{person}\n{address}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
