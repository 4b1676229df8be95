"""Every sentence of the pages that is not in a template, in one place for translators."""

from collections.abc import Iterable, Mapping

from openslot.identity.people.passwords import SHORTEST
from openslot.kernel import scopes

NOT_SIGNED_IN = "E-mail address and password do not fit. Check both, and try again."
BEGIN_AGAIN = "That took too long. Sign in once more."
WRONG_CODE = "This code is wrong, has expired or was used already. Type the one shown now."
WRONG_PASSWORD = "This is not your password."  # noqa: S105
PASSWORD_HINT = f"At least {SHORTEST} characters, any you like. Several words are easy to remember."
SETUP_OVER = "This took too long. Scan the new code and go on with that."

NOTICES: Mapping[str, str] = {
    "password": "Your password is changed. You are signed out in every other browser.",
    "second-factor": "The second step is on. You are asked for a code from now on.",
    "no-second-factor": "The second step is off.",
    "app": "It is ended. The program has no way in any more.",
    "sessions": "You are signed out in every other browser.",
}

# What a client may do, as a person would say it; every scope that a role holds is here.
SCOPE_SENTENCES: Mapping[str, str] = {
    scopes.BOOK: "See free times and book appointments",
    scopes.RESCHEDULE: "Move appointments to another time",
    scopes.CANCEL: "Cancel appointments",
    scopes.ADMIN_READ: "See branches, services, calendars, appointments and the people who booked",
    scopes.ADMIN_WRITE: "Change branches, services, resources and calendars",
    scopes.APPOINTMENTS_MANAGE: "Manage appointments at the desk: arrivals, notes, blocked times",
    scopes.APPOINTMENTS_OVERRIDE: "Book against the rules, such as outside opening hours",
    scopes.CLIENTS_MANAGE: "Manage the programs of the account and their secrets",
    scopes.USERS_MANAGE: "Manage the users of the account",
    scopes.AUDIT_READ: "Read the audit trail",
    scopes.PRIVACY_MANAGE: "Export and erase the data of people who booked",
}


def sentences(names: Iterable[str]) -> list[str]:
    """What these scopes let a client do, in the order of `SCOPE_SENTENCES`."""
    held = set(names)
    return [sentence for scope, sentence in SCOPE_SENTENCES.items() if scope in held]
