"""Reading forms and Basic credentials strictly."""

from base64 import b64encode
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openslot.identity.oauth_errors import InvalidRequest
from openslot.web.http.form_parsing import parse_form
from openslot.web.oauth.basic_credentials import BasicCredentials, parse_basic

KNOWN = frozenset({"grant_type", "scope", "client_id", "x-account"})
# Everything that UTF-8 can say
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(st.sampled_from(sorted(KNOWN)), TEXT), st.dictionaries(TEXT, TEXT))
def test_what_a_browser_writes_is_read_back(known: dict[str, str], others: dict[str, str]) -> None:
    """Known parameters come back as they were, empty ones as omitted, others are left out."""
    others = {name: value for name, value in others.items() if name not in KNOWN}
    expected = {name: value for name, value in known.items() if value}
    assert parse_form(urlencode({**others, **known}).encode(), KNOWN) == expected
    # `%20` for a space is as good as `+`
    assert parse_form(urlencode({**known, **others}, quote_via=quote).encode(), KNOWN) == expected


@given(st.sampled_from(sorted(KNOWN)), TEXT, TEXT, st.sampled_from([b"&", b"&a=b&", b"&&"]))
def test_a_known_parameter_twice_is_refused(name: str, one: str, two: str, between: bytes) -> None:
    """Equal or not, with a value or without, however its name is escaped."""
    escaped = "".join(f"%{byte:02x}" for byte in name.encode())
    for first, second in ((name, name), (escaped, name)):
        body = f"{first}={quote_plus(one)}".encode() + between + f"{second}={quote(two)}".encode()
        with pytest.raises(InvalidRequest, match="more than once"):
            parse_form(body, KNOWN)


PIECES = [b"scope", b"client_id", b"other", b"=", b"&", b"a", b"+", b"%41", b"%", b"%ff", b"\xc3"]


@given(st.binary(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """Nothing but InvalidRequest comes of bytes that are no form."""
    try:
        values = parse_form(body, KNOWN)
    except InvalidRequest:
        return
    assert values.keys() <= KNOWN
    assert all(values.values())


@pytest.mark.parametrize(
    "body",
    [
        b"scope=%", b"scope=%2", b"scope=%zz", b"scope=%2g", b"scope=100%", b"%=1", b"a=%u0041",
        b"scope=\xff", b"scope=%ff", b"scope=%C3", b"scope=%ED%A0%80", b"scope=%C0%AF", b"\xff=1",
        b"other=%ff", b"scope=%F5%80%80%80", b"scope=a&x=%E2%82",
    ],
)  # fmt: skip
def test_bad_escapes_and_bad_utf8_are_refused(body: bytes) -> None:
    """Also in parameters that nobody reads: the body as a whole is not a form then."""
    with pytest.raises(InvalidRequest):
        parse_form(body, KNOWN)


@pytest.mark.parametrize(
    ("body", "values"),
    [
        (b"", {}),
        (b"&&", {}),
        (b"scope", {}),
        (b"scope=", {}),
        (b"scope=a=b", {"scope": "a=b"}),
        (b"scope=a+b%2Bc", {"scope": "a b+c"}),
        (b"Scope=a", {}),
        (b"foo=1&foo=2&scope=a", {"scope": "a"}),
        (b"scope=a;client_id=b", {"scope": "a;client_id=b"}),
        (b"scope=%C3%A9", {"scope": "é"}),
        (b"sc%6Fpe=a", {"scope": "a"}),
    ],
)
def test_edges_of_the_form(body: bytes, values: dict[str, str]) -> None:
    """What stands between malformed and plain."""
    assert parse_form(body, KNOWN) == values


@given(TEXT, TEXT, st.sampled_from([b"Basic ", b"basic ", b"BASIC   "]))
def test_encoded_credentials_are_read_back(client_id: str, secret: str, scheme: bytes) -> None:
    """RFC 6749 §2.3.1: each form-encoded, then joined by a colon, then base64."""
    joined = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
    assert parse_basic(scheme + b64encode(joined)) == BasicCredentials(client_id, secret)


def test_raw_credentials_read_the_same() -> None:
    """Ids and secrets hold no character that encoding would change."""
    header = b"Basic " + b64encode(b"0a1b2c3d4e5f6g7h8i9j0k1l2m:osk_AZaz09")
    assert parse_basic(header) == BasicCredentials("0a1b2c3d4e5f6g7h8i9j0k1l2m", "osk_AZaz09")


@pytest.mark.parametrize(
    "header",
    [
        b"", b"Basic", b"Basic ", b"Bearer YTpi", b"Basic: YTpi", b"BasicYTpi", b"Basic\tYTpi",
        b"Basic YTpiYw",  # no padding
        b"Basic YTpi=",  # too much of it
        b"Basic YTo=YTo=", b"Basic YT pi", b"Basic YTpi,", b"Basic Y*pi", b"Basic YT-_",
        b"Basic YTq=",  # stray bits: the canonical spelling ends in o=
        b"Basic YWJj",  # no colon
        b"Basic " + b64encode(b"\xff:b"), b"Basic " + b64encode(b"a:\xff"),
        b"Basic " + b64encode(b"a:%"), b"Basic " + b64encode(b"a%2:b"),
        b"Basic " + b64encode(b"a:%ff"), b"Basic \xff\xfe",
    ],
)  # fmt: skip
def test_unreadable_credentials_are_none(header: bytes) -> None:
    """Scheme, base64, colon, UTF-8, escapes: each has to be right."""
    assert parse_basic(header) is None
