"""The second factor of a user: codes of an app, or recovery codes; and how many may be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Self

from openslot.identity.keys.purpose_keys import PurposeKeys
from openslot.identity.model.user import User
from openslot.identity.people import recovery_codes, totp
from openslot.identity.people.given_access import end_everything
from openslot.identity.store import user_credentials
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Throttled
from openslot.settings import Settings
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx

MOST_WRONG_OF_A_SIGN_IN = 5
_HOUR_MS = 3_600_000


class TooManyWrongCodes(Throttled):
    """Too many codes of this user were wrong. None is compared before `Retry-After` is over."""

    code = "too_many_wrong_codes"
    title = "Too many wrong codes; go on after Retry-After"


@dataclass(frozen=True, slots=True)
class CodeRule:
    """What a code is judged by."""

    key: bytes  # `totp.sealing_key`
    most_wrong_per_hour: int  # of one user; 0 is off

    @classmethod
    def of(cls, settings: Settings, keys: PurposeKeys) -> Self:
        """The rule of an installation."""
        return cls(totp.sealing_key(keys), settings.wrong_codes_per_hour_and_user)


def required_roles(account: Account) -> frozenset[str]:
    """The roles whose users the account lets in with a second factor alone."""
    settings: Mapping[str, Any] = account.content.get("settings") or {}
    return frozenset(settings.get("secondFactorRequired", ()))


def is_required(account: Account, user: User) -> bool:
    """Whether the account lets the user in with a second factor alone."""
    return user.role in required_roles(account)


def accept(
    tx: AccountTx, rule: CodeRule, user: User, text: str, *, by: Actor | None = None
) -> bool:
    """Uses a code up; False: it is wrong, and was counted, so the transaction has to end well.

    Raises:
        TooManyWrongCodes: there were too many already; nothing was compared.
    """
    wrong = user_credentials.wrong_codes(tx, user.id)
    clear_at = max(wrong.clear_at, tx.real_now)
    interval = _HOUR_MS // rule.most_wrong_per_hour if rule.most_wrong_per_hour else 0
    wait = clear_at + interval - tx.real_now - _HOUR_MS
    if interval and wait > 0:
        raise TooManyWrongCodes(retry_after_seconds=ceil(wait / 1000))
    if totp.accept(tx, rule.key, user, text) or recovery_codes.accept(
        tx, rule.key, user, text, by=by
    ):
        return True
    user_credentials.count_wrong_code(tx, user.id, clear_at + interval)
    return False


def set_up(
    tx: AccountTx, key: bytes, user: User, secret: str, code: str, *, by: Actor | None = None
) -> tuple[str, ...]:
    """Asks the user for codes of a new secret from now on; returns their recovery codes.

    They replace those from before. The caller ends the user's other sessions.

    Raises:
        WrongCode: the code is not one of this secret, now.
    """
    totp.enrol(tx, key, user, secret, code, by=by)
    return recovery_codes.make(tx, key, user, by=by)


def remove(tx: AccountTx, user: User, *, by: Actor | None = None) -> User:
    """Asks the user for no code any more: they have chosen so."""
    recovery_codes.void(tx, user)
    return totp.remove(tx, user, by=by)


def reset(tx: AccountTx, user: User, *, by: Actor | None = None) -> User:
    """Takes away the second factor of somebody else, whose phone is lost, with all that it gave.

    Every session of the user ends, and the access that they gave to clients.
    """
    if not user.has_totp:
        return user
    return end_everything(tx, remove(tx, user, by=by))
