"""What the forms of staff have beside place and person: rules to break, and whom to tell."""

from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.fields import trimmed
from openslot.scheduling.booking.rule_overrides import RuleOverride
from openslot.web.console.frame.console_request import ConsoleRequest

NOTIFY, OVERRIDE, REASON = "notify", "override", "reason"
TICKED = "yes"
_MOST_CHARACTERS = 1000  # of a reason


def rule_override_of(request: ConsoleRequest) -> RuleOverride:
    """Whether rules are broken, and the reason that was typed.

    Raises:
        Invalid: rules are broken without a reason, or it is too long.
    """
    requested = bool(request.form.one(OVERRIDE))
    reason = trimmed(request.form.one(REASON))
    if requested and not reason:
        raise Invalid(Fault(REASON, "required", "says why the rules are broken"))
    if len(reason) > _MOST_CHARACTERS:
        raise Invalid(Fault(REASON, "too_long", f"must be at most {_MOST_CHARACTERS} characters"))
    return RuleOverride(requested, reason or None)


def notifies(request: ConsoleRequest) -> bool:
    """Whether the customer is told."""
    return bool(request.form.one(NOTIFY))
