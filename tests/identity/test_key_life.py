"""The life of signing keys by time: one pair signs at any instant, and everybody has it by then."""

from hypothesis import assume, given
from hypothesis import strategies as st

from openslot.identity.keys import key_life
from openslot.identity.keys.key_life import ANNOUNCED_MS, DAY_MS, SIGNS_MS, TOKEN_MS
from openslot.identity.model.signing_key import Start
from openslot.identity.tokens.access_tokens import LIFETIME_SECONDS

FIRST = 1_800_000_000_000


def pairs_of(waits: list[int]) -> list[Start]:
    """The first pair, and others announced so long after the one before began to sign."""
    pairs = [Start(FIRST, FIRST)]
    for wait in waits:
        announced = pairs[-1].signs_from + wait
        pairs.append(Start(announced + ANNOUNCED_MS, announced))
    return pairs


def known_at(pairs: list[Start], now: int) -> list[Start]:
    """The rows that there are at an instant, with a worker that is never late."""
    announced = [pair for pair in pairs if pair.announced_at <= now]
    lives = key_life.lives(announced)
    return [pair for pair in announced if lives[pair].state(now) != "dead"]


HISTORIES = st.lists(st.integers(0, 2 * SIGNS_MS), max_size=5).map(pairs_of)
INSTANTS = st.integers(0, 12 * SIGNS_MS).map(lambda after: FIRST + after)
EDGES = st.sampled_from([-1, 0, 1])
CLOCKS = st.sampled_from([-DAY_MS, DAY_MS]) | st.integers(-DAY_MS, DAY_MS)


@st.composite
def histories_and_instants(draw: st.DrawFn) -> tuple[list[Start], int]:
    """An instant anywhere, or close to where something changes."""
    pairs = draw(HISTORIES)
    edges = [
        at
        for life in key_life.lives(pairs).values()
        for at in (life.announced_at, life.signs_from, life.signs_until, life.removed_at)
        if at is not None
    ]
    near = st.sampled_from(edges).flatmap(lambda edge: EDGES.map(lambda off: edge + off))
    return pairs, max(FIRST, draw(INSTANTS | near))


def test_a_token_lives_as_long_as_the_rules_think() -> None:
    assert key_life.TOKEN_MS == LIFETIME_SECONDS * 1000


@given(histories_and_instants())
def test_one_pair_signs_whatever_has_been_removed(at: tuple[list[Start], int]) -> None:
    """From the first start on, and the same for whoever has read the rows that are left."""
    pairs, now = at
    known = known_at(pairs, now)
    states = [life.state(now) for life in key_life.lives(known).values()]
    assert states.count("signing") == 1
    current = key_life.signing(known, now)
    assert key_life.lives(known)[current].state(now) == "signing"
    assert current == key_life.signing(pairs, now)
    assert states == sorted(states, key=["retired", "signing", "announced"].index)


@given(HISTORIES, CLOCKS, st.data())
def test_a_token_verifies_from_its_first_to_its_last_instant(
    pairs: list[Start], clock: int, data: st.DataObject
) -> None:
    """Also when the clock of the process that signs it is a day ahead or behind."""
    signer, life = data.draw(st.sampled_from(list(key_life.lives(pairs).items())))
    until = life.signs_until or life.signs_from + SIGNS_MS
    assume(until > life.signs_from)  # else it never signs
    by_its_clock = data.draw(
        st.sampled_from([life.signs_from, until - 1]) | st.integers(life.signs_from, until - 1)
    )
    now = max(FIRST, by_its_clock - clock)
    assert key_life.signing(known_at(pairs, now), by_its_clock) == signer
    for later in (now, now + TOKEN_MS - 1):
        assert signer in known_at(pairs, later)


@given(histories_and_instants())
def test_whoever_fetches_the_keys_once_a_day_has_the_one_that_signs(
    at: tuple[list[Start], int],
) -> None:
    pairs, now = at
    signer = key_life.signing(known_at(pairs, now), now)
    fetched = now - DAY_MS
    assume(fetched >= FIRST)
    assert signer in known_at(pairs, fetched)


@given(histories_and_instants(), st.integers(0, SIGNS_MS))
def test_nothing_changes_before_the_next_start(at: tuple[list[Start], int], after: int) -> None:
    """So a process may keep what it chose until then."""
    pairs, now = at
    known = known_at(pairs, now)
    start = key_life.next_start(known, now)
    last = now + after if start is None else start - 1
    assert key_life.signing(known, last) == key_life.signing(known, now)
    starts = [pair.signs_from for pair in known if pair.signs_from > now]
    assert start == min(starts, default=None)


@given(st.lists(st.integers(0, 30 * DAY_MS), min_size=1, max_size=6))
def test_rotation_is_due_once_for_each_pair(lateness: list[int]) -> None:
    """A punctual worker makes each sign for 90 days, a late one for so much longer."""
    pairs = [Start(FIRST, FIRST)]
    for late in lateness:
        due = key_life.next_announcement(pairs)
        assert not key_life.rotation_due(pairs, due - 1)
        assert key_life.rotation_due(pairs, due + late)
        pairs.append(Start(due + late + ANNOUNCED_MS, due + late))
        assert not key_life.rotation_due(pairs, due + late)
        life = key_life.lives(pairs)[pairs[-2]]
        assert life.signs_until is not None
        assert life.signs_until - life.signs_from == 90 * DAY_MS + late


def test_the_instants_of_one_pair() -> None:
    """Announced a day before, retired for 25 hours."""
    old, new = Start(FIRST, FIRST), Start(FIRST + 10 * DAY_MS, FIRST + 9 * DAY_MS)
    life = key_life.lives([new, old])[old]
    assert life.removed_at == FIRST + 10 * DAY_MS + 25 * 3_600_000
    states = [life.state(FIRST + hours * 3_600_000) for hours in (0, 239, 240, 264, 265)]
    assert states == ["signing", "signing", "retired", "retired", "dead"]
    assert key_life.lives([new, old])[new].state(FIRST + 9 * DAY_MS) == "announced"


def test_a_pair_made_by_a_clock_that_is_ahead_signs_all_the_same() -> None:
    """The first one, or an emergency's: there is no other."""
    only = Start(FIRST + 60_000, FIRST + 60_000)
    assert key_life.signing([only], FIRST) == only
