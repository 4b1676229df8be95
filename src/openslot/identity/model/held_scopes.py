"""Nobody gives what they do not hold: what a caller may let clients and users do.

Whoever can make a client, or take one over, has whatever that client may; so a token for managing
clients or users alone would be as good as one with every scope.
"""

from collections.abc import Iterable

from openslot.kernel.actor import Actor
from openslot.kernel.errors import Forbidden
from openslot.kernel.scopes import FREELY_GIVEN


class ScopeNotHeld(Forbidden):
    """Use a token that carries these scopes itself, or have the operator do it with `openslot`."""

    code = "scope_not_held"
    title = "The token does not carry every scope that this call would give"


def require_held(by: Actor | None, given: Iterable[str]) -> None:
    """Passes when the caller's own token carries every scope that it is about to give.

    None and the operator may give any.

    Raises:
        ScopeNotHeld: a scope of the account's administration is missing. `scopes` names them.
    """
    if by is None or by.kind == "operator":
        return
    missing = sorted(set(given) - FREELY_GIVEN - by.scopes)
    if missing:
        detail = "The token needs these scopes itself to give them: " + " ".join(missing)
        raise ScopeNotHeld(detail, scopes=missing)
