"""Where the pages of an account are: paths for links, below the path of `publicUrl`."""

from urllib.parse import quote, unquote, urlsplit

OF_ACCOUNT = "/accounts/{account}"
# Those that pages of other rooms lead to; the rest is in the room of each.
SIGN_IN = OF_ACCOUNT + "/sign-in"
SIGN_OUT = OF_ACCOUNT + "/sign-out"
ACCOUNT_PAGE = OF_ACCOUNT + "/me"
ACCOUNT_SECOND_FACTOR = ACCOUNT_PAGE + "/second-factor"
AUTHORIZATION = OF_ACCOUNT + "/oauth2/authorize"
CONSOLE = "/console"
CONSOLE_SIGN_IN = CONSOLE + "/sign-in"

_DOTS = frozenset({".", ".."})


class Addresses:
    """Paths as a browser asks for them."""

    def __init__(self, public_url: str) -> None:
        """A proxy may serve everything below a path: then links begin with it."""
        self._base = urlsplit(public_url).path.rstrip("/")

    def of(self, path: str, account: str, **parameters: str) -> str:
        """A path such as those above, with the parameters in it."""
        parameters["account"] = account
        escaped = {name: quote(value, safe="") for name, value in parameters.items()}
        return self._base + path.format(**escaped)


def console_path(text: str) -> str:
    """A path below `/console/` where somebody wanted to go; "" for anything else.

    What a browser would take to another place (a dot segment, a backslash) is no such path.
    """
    path, _, _ = text.partition("?")
    plain = all("!" <= character <= "~" and character != "\\" for character in text)
    segments = [unquote(segment) for segment in path.split("/")]
    if not plain or not path.startswith("/console/") or not _DOTS.isdisjoint(segments):
        return ""
    return "" if path == CONSOLE_SIGN_IN or "#" in text else text
