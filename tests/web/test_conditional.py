"""If-Match and If-None-Match (RFC 9110 §13.1): lists, `*`, weak tags, repeated lines."""

import pytest

from openslot.web.http.conditional import matches, unless_known
from openslot.web.http.response import Response, etag_of

BODY = b"[]"
OWN = etag_of(BODY)


def get(*fields: str, etag: str | None = None, status: int = 200) -> Response:
    """What becomes of a response for a request with these `If-None-Match` lines."""
    headers = {"Content-Type": "application/json", "Vary": "Accept-Language"}
    if etag is not None:
        headers["ETag"] = etag
    lines = [(b"if-none-match", field.encode("latin-1")) for field in fields]
    return unless_known([(b"host", b"x"), *lines], Response(status, BODY, headers))


@pytest.mark.parametrize(
    "fields",
    [
        (OWN,),
        (f"W/{OWN}",),
        (f'"other", {OWN}',),
        (f'{OWN},"other"',),
        (f' , ,{OWN}\t, "other"',),
        ('"other"', OWN),
        ("*",),
        (f'"a,b", {OWN}',),
    ],
)
def test_who_has_it_gets_304_with_what_describes_it_and_nothing_else(fields: tuple[str]) -> None:
    known = get(*fields)
    assert (known.status, known.body) == (304, b"")
    assert known.headers == {"Vary": "Accept-Language", "ETag": OWN}


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("",),
        ('"other"',),
        (OWN.strip('"'),),
        (f"w/{OWN}",),
        (f'"other" {OWN}',),
        (f'"{OWN[1:-1]},other"',),
        (f"{OWN}x",),
    ],
)
def test_who_has_not_gets_the_whole_with_its_etag(fields: tuple[str]) -> None:
    whole = get(*fields)
    assert (whole.status, whole.body, whole.headers["ETag"]) == (200, BODY, OWN)


def test_a_tag_with_a_comma_is_one_tag() -> None:
    assert get('"x", "a,b"', etag='"a,b"').status == 304
    assert get('"a", "b"', etag='"a,b"').status == 200
    assert get('"a,b"', etag='"b"').status == 200


def test_a_weak_tag_of_ours_is_compared_weakly_too() -> None:
    """RFC 9110 §13.1.2, §8.8.3.2."""
    assert get('"1"', etag='W/"1"').status == 304
    assert get('W/"1"', etag='W/"1"').status == 304
    assert get('W/"2"', etag='W/"1"').status == 200


def test_what_is_no_success_has_no_condition() -> None:
    """RFC 9110 §13.2.1."""
    assert get("*", status=404) == Response(
        404, BODY, {"Content-Type": "application/json", "Vary": "Accept-Language"}
    )


@pytest.mark.parametrize(
    "field",
    [None, "*", " * ", '"1"', '"0", "1"', '"1",', '"a,b", "1"', 'W/"1"', '"2", W/"1"'],
)  # fmt: skip
def test_if_match_holds(field: str | None) -> None:
    assert matches({} if field is None else {"if-match": field}, '"1"')


@pytest.mark.parametrize(
    "field",
    ["", "1", '"2"', 'W/"2"', 'w/"1"', "W/1", 'W/W/"1"', '"W/1"', '"1" "2"', '"2", *'],
)  # fmt: skip
def test_if_match_does_not_hold(field: str) -> None:
    assert not matches({"if-match": field}, '"1"')
