"""Redirect URIs: what is registered, letter by letter, and the free port of loopback addresses."""

import string
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openslot.identity.clients.redirect_uris import (
    answered,
    destination_of,
    matching,
    reaches_client_alone,
)
from openslot.identity.model.client import Client

CALLBACK = "https://app.example.org/callback"
REGISTERED = (CALLBACK, "https://app.example.org/other?tenant=1", "http://127.0.0.1/cb")
NATIVE = "com.example.app:/callback"


def registering(*uris: str, method: str = "none") -> Client:
    """A client with these addresses, a public one by default."""
    return Client(
        "id", "c" * 26, "key", "Name", True, 0, 1, ("authorization_code",), (), uris, method, None
    )


URI_TEXT = st.text(
    string.ascii_letters + string.digits + ":/?#[]@!$&'()*+,;=-._~%\\ \t\r\n", max_size=40
)


@pytest.mark.parametrize("uri", REGISTERED)
def test_a_registered_address_is_taken(uri: str) -> None:
    """As it is, query included."""
    assert matching(uri, registering(*REGISTERED)) == uri


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
    assert matching(uri, registering(*REGISTERED)) is None


@given(URI_TEXT.filter(lambda uri: uri not in ("", CALLBACK)))
def test_nothing_is_taken_that_is_not_registered(uri: str) -> None:
    """Nor what is registered with something before or behind it."""
    assert matching(CALLBACK, registering(CALLBACK)) == CALLBACK
    for other in (uri, CALLBACK + uri, uri + CALLBACK):
        assert matching(other, registering(CALLBACK)) is None


def test_it_may_be_left_out_where_there_is_one() -> None:
    """RFC 6749 §3.1.2.3; with two it would be a guess, with none there is nowhere to go."""
    assert matching(None, registering(CALLBACK)) == CALLBACK
    assert matching(None, registering(*REGISTERED)) is None
    assert matching(None, registering()) is None


@given(
    st.integers(1, 65_535),
    st.sampled_from(["127.0.0.1", "[::1]", "localhost"]),
    st.booleans(),
)
def test_a_loopback_port_is_free(port: int, host: str, registered_with_port: bool) -> None:
    """RFC 8252 §7.3, whether a port was registered or not; all else has to be equal."""
    registered = registering(
        f"http://{host}:4711/cb" if registered_with_port else f"http://{host}/cb"
    )
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
        f"http://{'localhost' if host != 'localhost' else '127.0.0.1'}:{port}/cb",
        f"http://LOCALHOST:{port}/cb",
        f"http://{host}.:{port}/cb",
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
    assert matching(f"http://127.0.0.1:{port}/cb", registering("http://127.0.0.1/cb")) is None


@pytest.mark.parametrize(
    ("host", "method"),
    [
        ("localhost", "client_secret_basic"),
        ("localhost", "private_key_jwt"),
        ("app.example.org", "none"),
        ("127.0.0.2", "none"),
    ],
)
def test_other_hosts_keep_their_port(host: str, method: str) -> None:
    """`localhost` where a secret is kept: it may be resolved to something else (RFC 8252 §8.3)."""
    registered = registering(f"http://{host}:4711/cb", method=method)
    assert matching(f"http://{host}:4711/cb", registered) is not None
    assert matching(f"http://{host}:4712/cb", registered) is None
    assert matching(f"http://{host}/cb", registered) is None


@pytest.mark.parametrize("method", ["client_secret_basic", "private_key_jwt", "none"])
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_addresses_of_loopback_are_free_for_every_client(host: str, method: str) -> None:
    registered = registering(f"http://{host}/cb", method=method)
    assert matching(f"http://{host}:4712/cb", registered) is not None


def test_a_private_scheme_is_compared_letter_by_letter() -> None:
    assert matching(NATIVE, registering(NATIVE)) == NATIVE
    for other in ("com.example.app:/callback/", "com.example.app://callback", NATIVE.upper()):
        assert matching(other, registering(NATIVE)) is None


@pytest.mark.parametrize(
    ("uri", "alone"),
    [
        (CALLBACK, True),
        ("https://app.example.org:8443/cb", True),
        ("https://192.0.2.1/cb", True),
        ("https://notlocalhost/cb", True),
        ("https://localhost.example.org/cb", True),
        (NATIVE, False),
        ("com.example.app://app.example.org/callback", False),
        ("http://127.0.0.1/cb", False),
        ("http://127.0.0.1:5000/cb", False),
        ("http://127.255.255.254/cb", False),
        ("http://[::1]/cb", False),
        ("http://[0:0:0:0:0:0:0:1]/cb", False),
        ("http://localhost/cb", False),
        ("http://LOCALHOST:5000/cb", False),
        ("HTTP://127.0.0.1/cb", False),
        ("https://127.0.0.1/cb", False),
        ("https://localhost:5000/cb", False),
        ("https://localhost./cb", False),
        ("https://app.localhost/cb", False),
        ("https://[::1]/cb", False),
        ("https://[::ffff:127.0.0.1]/cb", False),
        ("https://0.0.0.0/cb", False),
        ("https://[::]/cb", False),
        ("https://[", False),
    ],
)
def test_whether_the_client_alone_is_reached(uri: str, alone: bool) -> None:
    """RFC 8252 §8.6: not where any program of the machine may listen, however it is spelled."""
    assert reaches_client_alone(uri) is alone


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
    ("uri", "destination"),
    [
        (CALLBACK, "app.example.org"),
        ("https://app.example.org:8443?x=/", "app.example.org:8443"),
        ("http://[::1]:4711/cb", "[::1]:4711"),
        ("https://app.example.org", "app.example.org"),
        (NATIVE, "com.example.app"),
        ("com.example.app://callback", "com.example.app"),
    ],
)
def test_what_people_are_told_of_it(uri: str, destination: str) -> None:
    assert destination_of(uri) == destination
