"""The scope parameter of OAuth requests (RFC 6749 §3.3)."""

from collections.abc import Sequence

from openslot.identity.oauth_errors import InvalidScope
from openslot.kernel.scopes import ALL


def names_in(text: str) -> tuple[str, ...]:
    """The names of a scope parameter, in its order; one that is repeated counts once.

    Raises:
        InvalidScope: they are not separated by single spaces.
    """
    # RFC 6749 §3.3: scope-token *( SP scope-token ), so an empty name is a fault of the spaces
    names = tuple(dict.fromkeys(text.split(" ")))
    if "" in names:
        raise InvalidScope("Scopes are separated by one space, with none before or after them")
    return names


def parse(text: str) -> tuple[str, ...]:
    """The scopes of a scope parameter.

    Raises:
        InvalidScope: as `names_in`, or one is no scope of ours.
    """
    names = names_in(text)
    # RFC 6749 §3.3: case-sensitive strings; no wildcards
    if any(name not in ALL for name in names):
        raise InvalidScope("A scope is unknown")
    return names


def granted(requested: str | None, allowed: Sequence[str]) -> tuple[str, ...]:
    """What a token may carry: all that is allowed when nothing was asked, else what was asked.

    Raises:
        InvalidScope: something asked is unknown or not allowed, or nothing is allowed at all.
    """
    # RFC 6749 §3.3: when the parameter is omitted, a pre-defined default
    scopes = parse(requested) if requested else tuple(allowed)
    # One that is not allowed refuses the request: fewer scopes than requested would surprise later.
    if not set(scopes) <= set(allowed):
        raise InvalidScope("A scope is not allowed to this client")
    if not scopes:
        raise InvalidScope("This client may have no scope")
    return scopes
