"""What users may do: four roles, each with the scopes that it holds and may delegate.

A token that a user delegates carries no scope that the user's role lacks, from the moment the
role changes. `openslot/introspect` is in no role: it is for the programs that serve an API.
"""

from collections.abc import Mapping
from types import MappingProxyType

from openslot.kernel.scopes import (
    ADMIN_READ,
    ADMIN_WRITE,
    APPOINTMENTS_MANAGE,
    APPOINTMENTS_OVERRIDE,
    AUDIT_READ,
    BOOKING,
    CLIENTS_MANAGE,
    EVENTS_READ,
    PRIVACY_MANAGE,
    USERS_MANAGE,
    WEBHOOKS_MANAGE,
)

VIEWER = "viewer"  # sees
DESK = "desk"  # receives who comes
PLANNER = "planner"  # sets up the catalogue, and overrides its rules where needed
ADMINISTRATOR = "administrator"  # manages clients and users too

_VIEWER = (*BOOKING, ADMIN_READ)
_DESK = (*_VIEWER, APPOINTMENTS_MANAGE)
_PLANNER = (*_DESK, APPOINTMENTS_OVERRIDE, ADMIN_WRITE, EVENTS_READ)
_ADMINISTRATOR = (
    *_PLANNER, CLIENTS_MANAGE, USERS_MANAGE, AUDIT_READ, PRIVACY_MANAGE, WEBHOOKS_MANAGE
)  # fmt: skip

ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {VIEWER: _VIEWER, DESK: _DESK, PLANNER: _PLANNER, ADMINISTRATOR: _ADMINISTRATOR}
)
