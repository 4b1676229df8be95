"""Which redirect URIs can be registered, by whom."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openslot.account_file.entry_rules.redirect_uri_rules import what_is_wrong_with

GOOD = [
    "https://app.example.org/callback",
    "https://app.example.org",
    "https://app.example.org:8443/cb?tenant=1&Code=2",
    "https://app.example.org/cb?x=code&codes=1",
    "https://intranet/cb",
    "https://xn--bcher-kva.example/cb",
    "https://an_inner_name.example/cb",
    "https://192.0.2.1/cb",
    "https://[2001:db8::1]/cb",
    "http://127.0.0.1/cb",
    "http://127.0.0.1:4711/cb",
    "http://[::1]/cb",
    "http://localhost/cb",
]
PRIVATE = [
    "com.example.app:/callback",
    "com.example.app:callback",
    "com.example.app://callback",
    "com.example.app:///callback",
    "com.example.app:/",
    "com.example.app:/cb?tenant=1",
    "com.example-two.app2:/callback",
]
BAD = [
    # Schemes
    "myapp:/callback", "myapp://callback", "javascript:alert(1)", "data:text/html,x",
    "file:///etc/passwd", "ftp://app.example.org/", "http://app.example.org/cb",
    "http://localhost.example.org/", "http://127.0.0.1.example.org/", "http://192.0.2.1/",
    "/callback", "//app.example.org/callback", "https:app.example.org", "https:/app.example.org",
    "https://", "https:///callback", "",
    # User info
    "https://me@app.example.org/", "https://me:word@app.example.org/", "https://@app.example.org/",
    "http://me@127.0.0.1/cb", "com.example.app://me@callback/",
    # Fragments
    "https://app.example.org/#", "https://app.example.org/cb#top", "com.example.app:/cb#top",
    # Labels
    "https://.example/", "https://a..example/", "https://-/", "https://-a.example/",
    "https://a-.example/", "https://a.-.example/", "https://a.example-/", "https://a.example./",
    "https://./", "https://../", f"https://{'a' * 64}.example/", "https://*.example.org/",
    "https://a%2e%2eb.example/", "https://%61.example/", "https://a+b.example/",
    "com..app:/cb", "com.example.:/cb", ".com:/cb", "com.-example:/cb", "com.example-:/cb",
    "com.example.app://-/cb", "com.example.app://a..b/cb", "com.example.app:",
    # Hosts that browsers read as another one
    "https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://1.2.3.4.5/",
    "https://1.2.3.256/", "https://[x]/", "https://[fe80::1%25eth0]/", "https://app.example:99999/",
    # What the response adds
    "https://a.example/cb?code=x", "https://a.example/cb?state=", "https://a.example/cb?iss",
    "https://a.example/cb?error=x", "https://a.example/cb?a=b&code=x",
    "https://a.example/cb?c%6Fde=x", "https://a.example/cb?%63%6f%64%65",
    "https://a.example/cb?error_description=x", "http://127.0.0.1/cb?state=x",
    "com.example.app:/cb?code=x",
    # Characters
    "https://a.example/a b", "https://a.example/\n", "https://a.example/\u00e9",
    "https://a.example\\@b.example/", "https://a.example/<>", "com.example.app:/\x7f",
]  # fmt: skip


@pytest.mark.parametrize("uri", GOOD)
@pytest.mark.parametrize("is_public", [True, False])
def test_web_addresses_are_for_every_client(uri: str, is_public: bool) -> None:
    assert what_is_wrong_with(uri, is_public=is_public) is None


@pytest.mark.parametrize("uri", PRIVATE)
def test_private_schemes_are_for_public_clients(uri: str) -> None:
    """RFC 8252 §7.1."""
    assert what_is_wrong_with(uri, is_public=True) is None
    assert "method none" in str(what_is_wrong_with(uri, is_public=False))


@pytest.mark.parametrize("uri", BAD)
@pytest.mark.parametrize("is_public", [True, False])
def test_all_else_is_refused_in_words(uri: str, is_public: bool) -> None:
    """Which go on the sentence that names the address."""
    fault = what_is_wrong_with(uri, is_public=is_public)
    assert fault is not None
    assert fault.split()[0] in ("must", "has", "is")


@given(st.text(string.printable + "\u00e9\ud800", max_size=60), st.booleans())
def test_no_text_stops_it(text: str, is_public: bool) -> None:
    """Whatever somebody registers there is an answer."""
    for uri in (text, f"https://{text}", f"com.example.app:{text}"):
        what_is_wrong_with(uri, is_public=is_public)
