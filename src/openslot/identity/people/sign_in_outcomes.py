"""How an attempt to sign in ends: a session, a further question, or a refusal with its reason."""

from dataclasses import dataclass

from openslot.identity.model.user import User

# Why somebody was refused, for the audit trail alone: no response says it
UNKNOWN_ACCOUNT = "unknown_account"
ACCOUNT_SUSPENDED = "account_suspended"
UNKNOWN_USER = "unknown_user"
USER_DISABLED = "user_disabled"
NO_PASSWORD = "no_password"  # noqa: S105  (invited, and has not chosen one)
WRONG_PASSWORD = "wrong_password"  # noqa: S105
USER_CHANGED = "user_changed"  # while the password was compared
WRONG_CODE = "wrong_code"
TOO_MANY_CODES = "too_many_codes"  # of this user in the last hour, or since the password
TICKET_OVER = "ticket_over"  # too long between password and code, or it is none of ours
NO_SECOND_FACTOR = "no_second_factor"  # the account requires one, and the user has none


class SignInRefused(Exception):
    """Wrong in any way. `reason` is for the audit trail alone, which has it already."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WrongSecondFactor(SignInRefused):
    """The password was right, the code is not: ask for another code."""


class TicketVoid(SignInRefused):
    """The code was one wrong one too many: begin again with the password."""


class SecondFactorNeeded(Exception):
    """The password was right: ask for a code, and send it with `ticket` to `second_factor`."""

    def __init__(self, ticket: str) -> None:
        super().__init__("a code is needed")
        self.ticket = ticket  # sealed; stands for the password for five minutes


class EnrolmentNeeded(Exception):
    """The password was right: have the user set up a second factor, with `ticket`."""

    def __init__(self, ticket: str) -> None:
        super().__init__("a second factor is needed")
        self.ticket = ticket  # sealed; stands for the password for 20 minutes


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who was let in."""

    text: str  # for the session's cookie
    user: User
    account_id: str
