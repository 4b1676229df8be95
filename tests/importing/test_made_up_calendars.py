"""Made-up calendars, imported one after the other: only the last one counts."""

from random import Random

import pytest

from calendars.made_up import made_up_event, made_up_file
from openslot.importing.report import UNCHANGED
from rounds import rounds
from scheduling.office import Office

from .calendars import imported_file, spans

ROUNDS = rounds(few=3, some=8, many=200)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_after_two_calendars_the_blocks_are_those_of_the_second(acme: Office, seed: int) -> None:
    random = Random(seed)
    uids = [f"event {n}" for n in range(random.randint(1, 3))]
    first = made_up_file(random, [made_up_event(random, uid) for uid in uids])
    second = made_up_file(random, [made_up_event(random, uid) for uid in uids])
    imported_file(acme, first, "desk-1")
    imported_file(acme, second, "desk-1", file="another.ics")
    alone = imported_file(acme, second, "desk-2")
    assert spans(acme, "desk-1") == spans(acme, "desk-2")
    again = imported_file(acme, second, "desk-2")
    assert [one.change for one in again.taken] == [UNCHANGED] * len(alone.taken)
    assert (again.not_taken, again.remarks) == (alone.not_taken, alone.remarks)
