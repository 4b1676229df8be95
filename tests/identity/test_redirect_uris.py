"""Redirect URIs: what is registered, letter by letter, and the free port of loopback addresses."""

import string
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openslot.identity.clients.redirect_uris import answered, matching, origin_of

CALLBACK = "https://app.example.org/callback"
REGISTERED = (CALLBACK, "https://app.example.org/other?tenant=1", "http://127.0.0.1/cb")
URI_TEXT = st.text(
    string.ascii_letters + string.digits + ":/?#[]@!$&'()*+,;=-._~%\\ \t\r\n", max_size=40
)


@pytest.mark.parametrize("uri", REGISTERED)
def test_a_registered_address_is_taken(uri: str) -> None:
    """As it is, query included."""
    assert matching(uri, REGISTERED) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example.org/callback/",
        "https://app.example.org/callback?",
        "https://app.example.org/callback?next=https://evil.example",
        "https://app.example.org/callback#",
        "https://app.example.org/callback#token",
        "https://app.example.org/callback/../evil",
        "https://app.example.org/x/../callback",
        "https://app.example.org/./callback",
        "https://app.example.org//callback",
        "https://app.example.org/callbac%6B",
        "https://app.example.org/%63allback",
        "https://app.example.org/Callback",
        "https://APP.example.org/callback",
        "HTTPS://app.example.org/callback",
        "http://app.example.org/callback",
        "https://app.example.org:443/callback",
        "https://app.example.org:8443/callback",
        "https://app.example.org./callback",
        "https://app.example.org.evil.example/callback",
        "https://evil.example/app.example.org/callback",
        "https://sub.app.example.org/callback",
        "https://evilapp.example.org/callback",
        "https://user@app.example.org/callback",
        "https://app.example.org@evil.example/callback",
        "https://app.example.org\\@evil.example/callback",
        "https://evil.example\\app.example.org/callback",
        "https:/app.example.org/callback",
        "https:app.example.org/callback",
        "//app.example.org/callback",
        "/callback",
        " https://app.example.org/callback",
        "https://app.example.org/callback ",
        "https://app.example.org/callback\n",
        "https://app.example.org/callback%00",
        "https://app.example.org/callback%0d%0aLocation:%20https://evil.example",
        "https://app.example.org/other?tenant=2",
        "https://app.example.org/other?tenant=1&tenant=2",
        "https://app.example.org/other",
        "javascript:alert(1)",
        "data:text/html,x",
        "",
    ],
)
def test_anything_else_is_not(uri: str) -> None:
    """Whatever a parser would make of it."""
    assert matching(uri, REGISTERED) is None


@given(URI_TEXT.filter(lambda uri: uri not in ("", CALLBACK)))
def test_nothing_is_taken_that_is_not_registered(uri: str) -> None:
    """Nor what is registered with something before or behind it."""
    assert matching(CALLBACK, (CALLBACK,)) == CALLBACK
    for other in (uri, CALLBACK + uri, uri + CALLBACK):
        assert matching(other, (CALLBACK,)) is None


def test_it_may_be_left_out_where_there_is_one() -> None:
    """RFC 6749 §3.1.2.3; with two it would be a guess, with none there is nowhere to go."""
    assert matching(None, (CALLBACK,)) == CALLBACK
    assert matching(None, REGISTERED) is None
    assert matching(None, ()) is None


@given(st.integers(1, 65_535), st.sampled_from(["127.0.0.1", "[::1]"]), st.booleans())
def test_a_loopback_port_is_free(port: int, host: str, registered_with_port: bool) -> None:
    """RFC 8252 §7.3, whether a port was registered or not; all else has to be equal."""
    registered = (f"http://{host}:4711/cb" if registered_with_port else f"http://{host}/cb",)
    asked = f"http://{host}:{port}/cb"
    assert matching(asked, registered) == asked
    for other in (
        f"http://{host}:{port}/cb2",
        f"http://{host}:{port}/",
        f"http://{host}:{port}",
        f"http://{host}:{port}/cb?x=1",
        f"http://{host}:{port}/cb#",
        f"http://{host}:{port}@evil.example/cb",
        f"http://{host}:{port}.evil.example/cb",
        f"http://user@{host}:{port}/cb",
        f"https://{host}:{port}/cb",
        f"http://localhost:{port}/cb",
        f"http://127.0.0.2:{port}/cb",
        f"http://127.1:{port}/cb",
        f"http://{host}:0{port}/cb",
        f"http://{host}:{port}\\/cb",
        f"http://{host}:{port} /cb",
    ):
        assert matching(other, registered) is None, other


@pytest.mark.parametrize(
    "port", ["0", "65536", "99999", "123456", "", "-1", "+80", "8e1", "٣٤", "80:80"]
)
def test_a_loopback_port_has_to_be_one(port: str) -> None:
    """1 to 65535 in plain digits; an empty one is no port."""
    assert matching(f"http://127.0.0.1:{port}/cb", ("http://127.0.0.1/cb",)) is None


@pytest.mark.parametrize("host", ["localhost", "app.example.org", "127.0.0.2"])
def test_other_hosts_keep_their_port(host: str) -> None:
    """`localhost` among them: what it resolves to is not ours to know (RFC 8252 §8.3)."""
    registered = (f"http://{host}:4711/cb",)
    assert matching(f"http://{host}:4711/cb", registered) is not None
    assert matching(f"http://{host}:4712/cb", registered) is None
    assert matching(f"http://{host}/cb", registered) is None


@given(st.text(max_size=30), st.binary(max_size=30))
def test_what_is_answered_arrives(text: str, raw: bytes) -> None:
    """Every character of it, in a query that leaves the registered one as it was."""
    state = raw.decode("utf-8", "surrogateescape")
    text = text.encode("utf-8", "ignore").decode()
    for uri in (CALLBACK, CALLBACK + "?", CALLBACK + "?a=b", CALLBACK + "?a=b&"):
        made = answered(uri, {"text": text, "state": state})
        assert made.startswith(uri)
        assert set(made) <= set(string.ascii_letters + string.digits + ":/?&=-._~%")
        query = parse_qs(
            urlsplit(made).query,
            keep_blank_values=True,
            errors="surrogateescape",
            strict_parsing=True,
        )
        assert query["text"] == [text]
        assert query["state"][0].encode("utf-8", "surrogateescape") == raw


@pytest.mark.parametrize(
    ("uri", "origin"),
    [
        (CALLBACK, "https://app.example.org"),
        ("https://app.example.org:8443?x=/", "https://app.example.org:8443"),
        ("http://[::1]:4711/cb", "http://[::1]:4711"),
        ("https://app.example.org", "https://app.example.org"),
    ],
)
def test_its_origin(uri: str, origin: str) -> None:
    """For the Content-Security-Policy of the page that leads there."""
    assert origin_of(uri) == origin
