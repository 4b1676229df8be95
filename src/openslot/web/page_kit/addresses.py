"""Where the pages of an account are: paths for links, below the path of `publicUrl`."""

from urllib.parse import urlsplit

_OF_ACCOUNT = "/accounts/{account}"
AUTHORIZE = _OF_ACCOUNT + "/oauth2/authorize"
SIGN_IN = _OF_ACCOUNT + "/sign-in"
SIGN_OUT = _OF_ACCOUNT + "/sign-out"
INVITATION = _OF_ACCOUNT + "/invitations/{invitation}"
OWN_ACCOUNT = _OF_ACCOUNT + "/me"
OWN_PASSWORD = OWN_ACCOUNT + "/password"
OWN_SECOND_FACTOR = OWN_ACCOUNT + "/second-factor"
OWN_SECOND_FACTOR_END = OWN_SECOND_FACTOR + "/end"
OWN_SESSIONS_END = OWN_ACCOUNT + "/sessions/end"
OWN_GRANT_END = OWN_ACCOUNT + "/apps/{grant}/end"


class Addresses:
    """Paths as a browser asks for them."""

    def __init__(self, public_url: str) -> None:
        """A proxy may serve everything below a path: then links begin with it."""
        self._base = urlsplit(public_url).path.rstrip("/")

    def of(self, path: str, account: str, **parameters: str) -> str:
        """One of the paths above; the parameters are ids of ours, or base64url."""
        return self._base + path.format(account=account, **parameters)
