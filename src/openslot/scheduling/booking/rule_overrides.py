"""Breaking the rules: who may, and what history says of it.

Staff with the override scope may break notice, horizon, cut-off, grid, hours and capacity. A
block, an unqualified resource or services that do not go together stay as they are.
"""

from dataclasses import dataclass
from typing import Any

from openslot.kernel.actor import Actor
from openslot.kernel.scopes import APPOINTMENTS_OVERRIDE


@dataclass(frozen=True, slots=True)
class RuleOverride:
    """Whether rules may be broken this time, and why; the history has both."""

    requested: bool = False
    reason: str | None = None

    def check(self, actor: Actor) -> None:
        """Passes when nothing is requested, or by somebody who may.

        Raises:
            InsufficientScope: without `openslot/appointments.override`.
        """
        if self.requested:
            actor.require(APPOINTMENTS_OVERRIDE)

    @property
    def as_history(self) -> dict[str, Any]:
        """What history says of it."""
        said: dict[str, Any] = {"override": True} if self.requested else {}
        if self.reason is not None:
            said["reason"] = self.reason
        return said


NO_OVERRIDE = RuleOverride()
