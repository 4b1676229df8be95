"""The resource parameter of OAuth requests (RFC 8707 §2): what a token is to be used at."""

from collections.abc import Sequence

from openslot.identity.oauth_errors import InvalidTarget


def check_resource(named: Sequence[str], public_url: str) -> None:
    """Passes when nothing is named, or the one resource that there is: the API at `publicUrl`.

    Raises:
        InvalidTarget: another one is named, or one is named more than once.
    """
    if not named:
        return
    # RFC 8707 §2: several are several audiences, and every token here has one
    if len(named) > 1 or named[0] not in (public_url, f"{public_url}/"):
        raise InvalidTarget(f"resource must be {public_url}, once, or be left out")
