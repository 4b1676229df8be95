"""Which addresses a stranger may have us call."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openslot.delivery.outbound.addresses import PUBLIC_INTERNET, Reach, address_of

REFUSED = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0x7f.1", "127.0.0.1.",
    "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[::ffff:0:127.0.0.1]", "0.0.0.0", "0",  # noqa: S104
    "[::]", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[fe80::1]", "[fc00::1]",
    "[fd12::1]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[2001::1]", "[5f00::1]", "[100::1]",
    "[fe80::1%25eth0]", "[4000::1]",
]  # fmt: skip
TAKEN = [
    "8.8.8.8", "134744072", "172.32.0.1", "100.128.0.1", "[2606:4700::1111]", "[2002:808:808::1]",
    "[64:ff9b::808:808]", "[::ffff:8.8.8.8]", "example.org", "a.b-c.example", "1.example",
]  # fmt: skip


@pytest.mark.parametrize("host", REFUSED)
def test_what_only_we_can_reach_is_refused(host: str) -> None:
    fault = PUBLIC_INTERNET.fault(f"https://{host}/hook")
    assert fault is not None
    assert (fault.field, fault.code) == ("/url", "address_not_allowed")


@pytest.mark.parametrize("host", TAKEN)
def test_the_public_internet_is_taken_and_names_are_judged_later(host: str) -> None:
    assert PUBLIC_INTERNET.fault(f"https://{host}:8443/hook?x=y") is None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org", "https_required"),
        ("ftp://example.org", "https_required"),
        ("HTTP://example.org", "https_required"),
        ("javascript:alert(1)", "invalid_value"),
        ("https://", "invalid_value"),
        ("https:///x", "invalid_value"),
        ("https://u:p@example.org", "invalid_value"),
        ("https://u@example.org", "invalid_value"),
        ("https://example.org/#x", "invalid_value"),
        ("https://example.org/#", "invalid_value"),
        ("https://exa mple.org", "invalid_value"),
        ("https://example.org\n", "invalid_value"),
        ("https://example.org\\@127.0.0.1", "invalid_value"),
        ("https://example.org:0", "invalid_value"),
        ("https://example.org:99999", "invalid_value"),
        ("https://[::1", "invalid_value"),
        ("https://ex\u00e4mple.org", "invalid_value"),
        ("https://example.org/" + "x" * 2048, "invalid_value"),
        ("", "invalid_value"),
    ],
)
def test_what_is_no_address_to_call(url: str, code: str) -> None:
    fault = PUBLIC_INTERNET.fault(url)
    assert fault is not None
    assert fault.code == code


def test_networks_that_are_named_are_reached_by_http_too() -> None:
    reach = Reach.of("10.1.0.0/16,::1")
    assert reach.fault("http://10.1.2.3/x") is None
    assert reach.fault("http://[::1]/x") is None
    assert reach.fault("http://crm.internal/x") is None  # judged at the connection
    for url in ("http://10.2.0.1/x", "https://127.0.0.1/x"):
        fault = reach.fault(url)
        assert fault is not None
        assert fault.code == "address_not_allowed"


@given(st.ip_addresses(v=4))
def test_no_private_address_of_the_standard_library_passes(
    address: ipaddress.IPv4Address,
) -> None:
    """By another list than ours; embedded in IPv6 it is judged alike."""
    permitted = PUBLIC_INTERNET.permits(address)
    if address.is_private or address.is_multicast or address.is_reserved:
        assert not permitted
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")
    nat64 = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | int(address))
    assert PUBLIC_INTERNET.permits(mapped) == PUBLIC_INTERNET.permits(nat64) == permitted


@given(st.ip_addresses(v=4))
def test_every_spelling_is_read_as_the_address_that_it_is(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    high, low = number >> 24, number & 0xFFFFFF
    for text in (str(number), hex(number), f"0{number:o}", f"{high}.{low}", f"{high:#x}.{low:#o}"):
        spelt = text.replace("0o", "0")
        assert address_of(spelt) == address, spelt
