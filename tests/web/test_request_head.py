"""What a request's head must say: hosts, targets, versions, transfer codings."""

import pytest

from openslot.kernel.errors import OpenslotError
from openslot.web.http.problems import UnfitRequest, status_of
from openslot.web.http.serving.request_head import (
    check_fields,
    check_line,
    is_authority,
    origin_form,
)

HOST = (b"host", b"x")
CODING = b"transfer-encoding"


@pytest.mark.parametrize(
    "value",
    ["x", "booking.example.org", "booking.example.org.", "BOOKING.example.org:8000", "my_service",
     "xn--bcher-kva.example", "127.0.0.1", "127.0.0.1:80", "127.1", "[::1]", "[::1]:65535",
     "[2001:db8::192.0.2.1]", "a" * 63 + ".example", "1.example"],
)  # fmt: skip
def test_a_host_with_an_optional_port(value: str) -> None:
    assert is_authority(value.encode())


@pytest.mark.parametrize(
    "value",
    ["", " ", "a b", "a\tb", "ann@x", "ann:pw@x", "x:", "x:y", "x:-1", "x:0", "x:65536", "x:080000",
     "x:80:80", ":80", "x/y", "x?y", "x#y", "http://x", "x,y", "x;y", "a..b", ".x", ".", "-x", "x-",
     "x.-y", "x%20y", "bücher", "256.1.1.1", "1.2.3.4.5", "999.999.999.999", "::1", "[::1", "::1]",
     "[::1]x", "[::g]", "[1::2::3]", "[]", "[fe80::1%25eth0]", "[v1.x]", "[127.0.0.1]", "x\0",
     "x\n", "a" * 64, "a." * 140],
)  # fmt: skip
def test_what_is_no_host(value: str) -> None:
    assert not is_authority(value.encode())


@pytest.mark.parametrize(
    ("target", "form"),
    [("/a?b=c", "/a?b=c"), ("http://x/a", "/a"), ("HTTPS://x:80/a?b", "/a?b"), ("http://x", "/"),
     ("http://x?b", "/?b"), ("//x/a", "//x/a")],
)  # fmt: skip
def test_a_target_is_a_path_or_an_http_address(target: str, form: str) -> None:
    assert origin_form(b"GET", target.encode()) == form.encode()


@pytest.mark.parametrize(
    "target",
    ["/a#b", "/#", "/a?b#c", "http://x/a#b", "*", "a", "", "x:80", "ftp://x/a", "http:///a",
     "http://a b/", "http://ann@x/a", "http://x:y/a", "http:x"],
)  # fmt: skip
def test_any_other_target_is_refused(target: str) -> None:
    with pytest.raises(UnfitRequest):
        origin_form(b"GET", target.encode())


def test_the_asterisk_is_for_options() -> None:
    assert origin_form(b"OPTIONS", b"*") == b"*"
    with pytest.raises(UnfitRequest):
        origin_form(b"OPTIONS", b"**")


@pytest.mark.parametrize(
    ("line", "version", "status"),
    [("GET /a HTTP/2.0", "2.0", 505), ("GET /a HTTP/0.9", "0.9", 505),
     ("GET /a RTSP/1.0", "1.0", 400),
     ("GET /a ICE/1.0", "1.0", 400), ("GET  /a HTTP/1.1", "1.1", 400),
     ("GET /a  HTTP/1.1", "1.1", 400),
     ("GET /a HTTP/1.1 ", "1.1", 400)],
)  # fmt: skip
def test_a_request_line_is_spelled_in_one_way(line: str, version: str, status: int) -> None:
    with pytest.raises(OpenslotError) as refused:
        check_line(line.encode() + b"\r\n", b"GET", b"/a", version)
    assert status_of(refused.type) == status


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_two_versions_are_spoken(version: str) -> None:
    check_line(f"\r\nGET /a HTTP/{version}\r\nHost: x\r\n".encode(), b"GET", b"/a", version)


@pytest.mark.parametrize(
    ("values", "status"),
    [(["foo, chunked"], 501), (["gzip"], 501), (["identity"], 501), (["chunked;a=b"], 501),
     (["xchunked"], 501), (["foo", "chunked"], 501), (["chunked, foo"], 501),
     (["chunked, chunked"], 400),
     (["chunked", "chunked"], 400), ([""], 400), ([",chunked"], 400), (["chunked,"], 400)],
)  # fmt: skip
def test_a_transfer_coding_is_chunked_once(values: list[str], status: int) -> None:
    with pytest.raises(OpenslotError) as refused:
        check_fields([HOST, *((CODING, value.encode()) for value in values)], "1.1")
    assert status_of(refused.type) == status


@pytest.mark.parametrize("value", [b"chunked", b"CHUNKED", b" chunked\t"])
def test_chunked_is_taken_from_http_1_1_on(value: bytes) -> None:
    check_fields([HOST, (CODING, value)], "1.1")
    with pytest.raises(UnfitRequest):
        check_fields([HOST, (CODING, value)], "1.0")


def test_host_is_there_once() -> None:
    check_fields([], "1.0")
    check_fields([HOST], "1.0")
    for headers, version in (([], "1.1"), ([HOST, HOST], "1.1"), ([HOST, HOST], "1.0")):
        with pytest.raises(UnfitRequest):
            check_fields(headers, version)
