"""A user: somebody who signs in to an account. Whoever books is no user."""

from dataclasses import dataclass

from openslot.identity.model.preferences import Preferences
from openslot.identity.model.roles import ROLES
from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class User:
    """A user of one account. Of what lets them in it is only said whether it is there."""

    id: str  # UUID, the `sub` of the tokens that they delegate
    email: str  # lowercase
    name: str
    role: str
    active: bool
    version: int  # 1, raised by every change but sign-ins and preferences
    created_at: Millis
    revoked_before: Millis  # tokens issued before this instant are dead
    has_password: bool
    has_totp: bool
    last_signed_in_at: Millis | None
    preferences: Preferences

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the role holds, and may delegate."""
        return ROLES[self.role]
