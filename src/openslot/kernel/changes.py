"""What applying an account file has changed: a value that identity and scheduling share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that has changed."""

    kind: str  # "client", "branch", "service", …
    key: str  # the author's name for it in the account file
    action: str  # "created", "changed", "deactivated" or "activated"
