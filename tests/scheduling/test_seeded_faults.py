"""The properties notice a fault in every rule of the predicate.

Each fault is a small change of one function, and comes with a world in which it was seen once.
"""

import pytest

from .faults import FAULTS, Fault
from .found import fails, read
from .ledger import Ledger

FOUND = read()


def test_every_fault_has_a_name_and_a_world_of_its_own() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(names) == len(set(names)) == len(FOUND)
    assert set(names) == set(FOUND)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_is_noticed(fault: Fault, ledger: Ledger) -> None:
    found = FOUND[fault.name]
    assert not fails(*found, ledger), "the property does not hold even without the fault"
    with fault.applied():
        assert fails(*found, ledger), "nobody notices the fault"
    assert not fails(*found, ledger), "the fault has not gone again"
