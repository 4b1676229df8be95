"""What the pages of a person's own account say, apart from their templates."""

from collections.abc import Mapping

from openslot.identity.people.passwords import SHORTEST, WeakPassword

WRONG_PASSWORD = "Incorrect password"  # noqa: S105
PASSWORD_HINT = f"At least {SHORTEST} characters. Several words are easy to remember."
WRONG_PRESENT_CODE = "This code is wrong, expired or already used."
REQUIRED = "Your organisation requires two-factor authentication for your role."
SETUP_OVER = "The setup took too long. Scan the new QR code and enter the code that the app shows."
NO_INVITATION = (
    "This invitation is no longer valid",
    "It has expired or was already used. Ask an administrator for a new one.",
)

# By what was done
NOTICES: Mapping[str, str] = {
    "password": "Your password was changed. You are now signed out in all other browsers, "
    "and no app is connected any more.",
    "second-factor": "Two-factor authentication is on. From now on you need a code to sign in. "
    "You are signed out in all other browsers.",
    "recovery-codes": "You have new recovery codes. The old ones no longer work.",
    "no-second-factor": "Two-factor authentication is off.",
    "app": "Access revoked. The app can no longer act on your behalf.",
    "sessions": "You are now signed out in all other browsers.",
}


def too_weak(weak: WeakPassword) -> str:
    """What is wrong with a new password."""
    return f"The password {weak.faults[0].detail}."
