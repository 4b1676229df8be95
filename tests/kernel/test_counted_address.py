"""Who an address is: an IPv4 address, or the network of an IPv6 one, however it is written."""

import pytest

from openslot.kernel.counted_address import UNKNOWN, counted_address

SPELLINGS = {
    "192.0.2.1": (
        "192.0.2.1",
        " 192.0.2.1 ",
        "192.0.2.1:4711",
        '"192.0.2.1:4711"',
        "::ffff:192.0.2.1",
        "::FFFF:192.0.2.1",
        "::ffff:c000:201",
        "0:0:0:0:0:ffff:c000:0201",
        "[::ffff:192.0.2.1]",
        "[::ffff:192.0.2.1]:4711",
        "::ffff:192.0.2.1%eth0",
    ),
    "2001:db8:1:1::/64": (
        "2001:db8:1:1::",
        "2001:db8:1:1::1",
        "2001:DB8:1:1::1",
        "2001:0db8:0001:0001:ffff:ffff:ffff:ffff",
        "[2001:db8:1:1::2]",
        "[2001:db8:1:1::2]:443",
        '"[2001:db8:1:1::2]:443"',
        "2001:db8:1:1::3%eth0",
        "[2001:db8:1:1::3%25eth0]:80",
        "2001:db8:1:1::192.0.2.1",
    ),
    "2001:db8:1:2::/64": ("2001:db8:1:2::1",),
    "::/64": ("::1", "::192.0.2.1"),
    "fe80::/64": ("fe80::1%eth0", "fe80::2%eth1"),
    UNKNOWN: ("", "unknown", "_hidden", "192.0.2", "192.0.2.256", "192.000.002.001", "1" * 5000,
              "2001:db8::1::2", "[", "[]", ":", "a b", "\ud800", "192.0.2.1, 192.0.2.2"),
}  # fmt: skip
CASES = [(text, counted) for counted, texts in SPELLINGS.items() for text in texts]


@pytest.mark.parametrize(("text", "counted"), CASES)
def test_an_address_counts_as(text: str, counted: str) -> None:
    """However a server or a proxy writes it."""
    assert counted_address(text) == counted
