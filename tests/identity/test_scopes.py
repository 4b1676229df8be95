"""Scopes: the names, the separator, and what is granted."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openslot.identity.oauth_errors import InvalidScope
from openslot.identity.tokens.scope_parameter import granted, parse
from openslot.kernel import scopes


def test_the_booking_scopes_are_written_as_in_the_contract() -> None:
    """Existing clients ask for these bytes."""
    prefix = "com.qmatic.saas.appointments/external.appointment."
    assert [prefix + verb for verb in ("book", "reschedule", "cancel")] == list(scopes.BOOKING)
    assert len(set(scopes.ALL)) == len(scopes.ALL) == 15


@given(st.lists(st.sampled_from(scopes.ALL), min_size=1))
def test_order_stays_and_a_repeated_name_counts_once(names: list[str]) -> None:
    """The answer says the scopes as they were asked for."""
    assert parse(" ".join(names)) == tuple(dict.fromkeys(names))


@pytest.mark.parametrize(
    "text",
    [
        " ", f" {scopes.BOOK}", f"{scopes.BOOK} ", f"{scopes.BOOK}  {scopes.CANCEL}",
        f"{scopes.BOOK}\t{scopes.CANCEL}", f"{scopes.BOOK}\n{scopes.CANCEL}",
        f"{scopes.BOOK},{scopes.CANCEL}", f"{scopes.BOOK}+{scopes.CANCEL}",
        f"{scopes.BOOK}\u00a0{scopes.CANCEL}", f"{scopes.BOOK}\n", scopes.BOOK.upper(),
        scopes.BOOK[:-1], scopes.BOOK + "s", scopes.BOOK.replace("/", "%2F"),
        "com.qmatic.saas.appointments/*", "*", "openslot/*", "openid", "external.appointment.book",
        "\x00",
    ],
)  # fmt: skip
def test_what_is_not_exactly_a_scope_is_refused(text: str) -> None:
    """One space between names, exact names, no wildcards."""
    with pytest.raises(InvalidScope):
        parse(text)


def test_a_fault_of_the_spaces_is_told_as_one() -> None:
    """Rather than as an unknown scope without a name."""
    with pytest.raises(InvalidScope, match="one space"):
        parse(f"{scopes.BOOK}  {scopes.CANCEL}")


SOME = st.sets(st.sampled_from(scopes.ALL), min_size=1)


@given(SOME, SOME)
def test_all_that_is_allowed_can_be_asked(allowed: set[str], asked: set[str]) -> None:
    request = " ".join(sorted(asked))
    assert set(granted(request, sorted(allowed | asked))) == asked


@given(SOME, SOME)
def test_all_that_is_asked_has_to_be_allowed(allowed: set[str], asked: set[str]) -> None:
    """Nothing is silently left out."""
    assume(not asked <= allowed)
    with pytest.raises(InvalidScope):
        granted(" ".join(sorted(asked)), sorted(allowed))


@pytest.mark.parametrize("omitted", [None, ""])
def test_nothing_asked_is_all_that_is_allowed(omitted: str | None) -> None:
    """In the client's order; a client without any gets no token."""
    allowed = (scopes.CANCEL, scopes.BOOK)
    assert granted(omitted, allowed) == allowed
    with pytest.raises(InvalidScope):
        granted(omitted, ())
