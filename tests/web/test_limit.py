"""One limit: what it lets through, when it refills, and what it remembers."""

import pytest

from openslot.settings import Settings
from openslot.web.http.limits import MOST_KEYS, CallLimits, Limit
from openslot.web.http.problems import RateLimited
from openslot.web.oauth.throttles import Throttles
from openslot.web.page_kit.sign_in_throttle import SignInThrottle
from stopped_clock import StoppedClock


def taken(limit: Limit, key: str, most: int = 100) -> int:
    """How many a key gets at this instant."""
    for count in range(most):
        try:
            limit.take(key)
        except RateLimited:
            return count
    return most


def test_asking_counts_nothing_and_a_limit_refills(limits_clock: StoppedClock) -> None:
    """One every tenth of a minute, never more than the most."""
    limit = Limit(2, 20)
    for _ in range(5):
        limit.ask("a")
    assert len(limit) == 0
    assert taken(limit, "a") == 2
    for check in (limit.ask, limit.take):
        with pytest.raises(RateLimited) as refused:
            check("a")
        assert refused.value.retry_after_seconds == 10
    limits_clock.seconds += 10
    limit.ask("a")
    assert taken(limit, "a") == 1
    limits_clock.seconds += 10_000
    assert taken(limit, "a") == 2


def test_zero_is_off() -> None:
    """Whatever comes, and nothing is remembered."""
    limit = Limit(0, 60)
    assert taken(limit, "a") == 100
    limit.ask("a")
    assert len(limit) == 0


def test_a_flood_of_keys_forgets_no_key_that_is_refused(limits_clock: StoppedClock) -> None:
    """Nor one that has little left: those that came once make room."""
    limit = Limit(10, 60, most_keys=100)
    refused, nearly = [f"refused {n}" for n in range(50)], [f"nearly {n}" for n in range(40)]
    for key in refused:
        assert taken(limit, key) == 10
    for key in nearly:
        assert taken(limit, key, 9) == 9
    for number in range(10_000):
        limit.take(f"forged {number}")
        assert len(limit) <= 100
    assert [taken(limit, key) for key in refused] == [0] * 50
    assert [taken(limit, key) for key in nearly] == [1] * 40


def test_where_every_key_is_refused_a_new_one_is_not_remembered(
    limits_clock: StoppedClock,
) -> None:
    """It is let through: nobody is locked out by a flood of others."""
    limit = Limit(2, 60, most_keys=100)
    for number in range(100):
        assert taken(limit, str(number)) == 2
    assert taken(limit, "new") == 100
    assert len(limit) == 100
    assert [taken(limit, str(number)) for number in range(100)] == [0] * 100
    limits_clock.seconds += 30  # now each of them has one left, so one can make room
    assert taken(limit, "new") == 2
    assert len(limit) == 100


def test_keys_are_forgotten_when_it_changes_nothing(limits_clock: StoppedClock) -> None:
    """A few at each turn, so that nobody waits for it."""
    limit = Limit(2, 60)
    for number in range(1000):
        limit.take(str(number))
    for number in range(1000, 1600):
        limits_clock.seconds += 31
        limit.take(str(number))
    assert len(limit) == 1


@pytest.mark.usefixtures("limits_clock")
def test_a_process_remembers_at_most_20_000_keys() -> None:
    """Of all its limits together."""
    settings = Settings()
    owners = (CallLimits(settings), Throttles(settings, None), SignInThrottle(settings))  # type: ignore[arg-type]
    limits = [
        value for owner in owners for value in vars(owner).values() if isinstance(value, Limit)
    ]
    assert len(limits) == 9
    assert len(limits) * MOST_KEYS <= 20_000
    for limit in limits:
        for number in range(MOST_KEYS + 100):
            limit.take(str(number))
        assert len(limit) == MOST_KEYS
