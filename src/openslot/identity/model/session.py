"""A session: somebody who is signed in, in one browser."""

from dataclasses import dataclass

from openslot.identity.model.user import User
from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    user: User
    signed_in_at: Millis  # `auth_time` of the tokens that they delegate
    last_used_at: Millis  # as it was noted last, up to a minute late
    digest: bytes  # of what the cookie holds
