"""Paths with matrix parameters, as programs write them."""

import pytest

from openslot.web.orchestra.matrix_parameters import UnreadablePath, parse_path


def test_parameters_repeat_in_order_and_count_once() -> None:
    path = parse_path(
        "/v2/branches/b1/dates;servicePublicId=s2;servicePublicId=s1;servicePublicId=s2"
        ";numberOfCustomers=2;customSlotLength=5"
    )
    assert path.segments == ("v2", "branches", "b1", "dates")
    assert path.service_ids == ("s2", "s1")
    assert path.number_of_customers == 2
    assert path.arguments["servicePublicId"] == "[s2, s1]"
    assert path.arguments["numberOfCustomers"] == "[2]"


def test_everything_is_decoded_once() -> None:
    path = parse_path("/times/10%3A00/a%2Fb%3Bc/%2541;email=a%2Bb+c%40example.org")
    assert path.segments == ("times", "10:00", "a/b;c", "%41")
    assert path.parameters == {"email": ("a+b+c@example.org",)}


def test_one_slash_more_is_left_out_and_no_second_one() -> None:
    assert parse_path("/dates;servicePublicId=s/").service_ids == ("s",)
    assert parse_path("/dates/").segments == ("dates",)
    assert parse_path("/dates//").segments == ("dates", "")


def test_names_are_case_sensitive_and_nothing_is_absent() -> None:
    path = parse_path("/dates;ServicePublicId=s;numberOfCustomers=;flag")
    assert path.service_ids == ()
    assert path.number_of_customers is None


@pytest.mark.parametrize("number", ["-1", "+2", "1.0", "two", "1234567890", "%D9%A1", "2 "])
def test_a_number_has_one_to_nine_digits(number: str) -> None:
    with pytest.raises(UnreadablePath):
        _ = parse_path(f"/dates;numberOfCustomers={number}").number_of_customers


def test_two_numbers_and_more_than_twenty_services_are_refused() -> None:
    with pytest.raises(UnreadablePath):
        _ = parse_path("/dates;numberOfCustomers=1;numberOfCustomers=2").number_of_customers
    twenty = "".join(f";servicePublicId={n}" for n in range(20))
    assert len(parse_path(f"/dates{twenty}").service_ids) == 20
    with pytest.raises(UnreadablePath):
        _ = parse_path(f"/dates{twenty};servicePublicId=x").service_ids


@pytest.mark.parametrize("path", ["/a%", "/a%4", "/a%zz", "/%ff", "/a;email=%C3", "/a;%=1"])
def test_broken_escapes_are_refused(path: str) -> None:
    with pytest.raises(UnreadablePath):
        parse_path(path)
