"""What applying an account file has changed: the word that identity and scheduling share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is no longer as it was."""

    kind: str  # "client", "branch", "service", …
    key: str  # the author's name for it in the account file
    action: str  # "created", "changed", "deactivated" or "activated"
