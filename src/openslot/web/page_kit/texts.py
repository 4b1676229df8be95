"""What the pages of more than one room say, apart from their templates: one place to translate."""

from collections.abc import Iterable, Mapping

from openslot.kernel import scopes

NOT_SIGNED_IN = "Incorrect email or password"
TOO_MANY_CODES = "Too many wrong codes. Please sign in again."
WRONG_CODE = "This code is wrong, expired or already used. Enter the one that the app shows now."
WRONG_RECOVERY_CODE = "This recovery code is wrong or was already used."

# What a client may do, as a person would say it; every scope that a role holds is here.
SCOPE_SENTENCES: Mapping[str, str] = {
    scopes.BOOK: "See free times and book appointments",
    scopes.RESCHEDULE: "Move appointments to another time",
    scopes.CANCEL: "Cancel appointments",
    scopes.ADMIN_READ: "See branches, services, calendars, appointments and customers",
    scopes.ADMIN_WRITE: "Change branches, services, resources and calendars",
    scopes.APPOINTMENTS_MANAGE: "Manage appointments at the desk: arrivals, notes, blocked times",
    scopes.APPOINTMENTS_OVERRIDE: "Book against the rules, for example outside opening hours",
    scopes.CLIENTS_MANAGE: "Manage API clients and their secrets",
    scopes.USERS_MANAGE: "Manage users",
    scopes.AUDIT_READ: "Read the audit trail",
    scopes.EVENTS_READ: "Read what happened to appointments",
    scopes.WEBHOOKS_MANAGE: "Say which programs outside are told of appointments",
    scopes.PRIVACY_MANAGE: "Export and erase personal data of customers",
}


def sentences(names: Iterable[str]) -> list[str]:
    """What these scopes let a client do, in the order of `SCOPE_SENTENCES`."""
    held = set(names)
    return [sentence for scope, sentence in SCOPE_SENTENCES.items() if scope in held]
