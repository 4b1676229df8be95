"""A person with a browser, as far as an OAuth client can tell: over HTTP, without a browser."""

from urllib.parse import urljoin, urlsplit

import httpx

from identity.browsing import Page

_MOST_STEPS = 6


class Browserless:
    """Keeps cookies, signs in where it is asked to, and lets every client in."""

    def __init__(self, email: str, password: str) -> None:
        """Nobody is signed in yet."""
        self._http = httpx.Client()
        self._filled = {"email": email, "password": password, "decision": "allow"}

    def visit(self, url: str) -> str:
        """Follows an authorization request to its end; returns the address that it ends at.

        That is the first one outside the server: the client's own, which is not fetched.
        """
        server = _origin_of(url)
        answer = self._http.get(url)
        for _ in range(_MOST_STEPS):
            if answer.is_redirect:
                location = urljoin(url, answer.headers["location"])
                if _origin_of(location) != server:
                    return location
                answer = self._http.get(location)
            else:
                answer = self._fill(answer)
        raise AssertionError(f"{url} leads nowhere: {answer.text}")

    def accept(self, invitation: str, password: str) -> None:
        """Chooses a password on the page that an invitation links to."""
        self._filled["new_password"] = password
        answer = self._fill(self._http.get(invitation))
        assert answer.is_redirect, answer.text

    def close(self) -> None:
        """Closes its connections."""
        self._http.close()

    def _fill(self, answer: httpx.Response) -> httpx.Response:
        assert answer.status_code == 200, answer.text
        form = Page(answer).form()
        wanted = {name: text for name, text in self._filled.items() if name in form.fields}
        if not wanted:  # the consent page has a button instead
            wanted = {"decision": self._filled["decision"]}
        url = str(answer.url)
        return self._http.post(
            urljoin(url, form.action),
            data={**form.fields, **wanted},
            headers={"Origin": _origin_of(url), "Sec-Fetch-Site": "same-origin"},
        )


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
