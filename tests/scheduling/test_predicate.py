"""The one predicate: the product and the oracle agree about every start of every world.

A quick round in the fast loop and a thorough one beside it, both over the same properties.
A failure prints how to see it again.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.worlds import World, worlds

from .choices import Drawn
from .crowded import crowded
from .ledger import Ledger
from .properties import PROPERTIES, Property

SETTINGS = settings(
    deadline=None, database=None, print_blob=True, suppress_health_check=list(HealthCheck)
)
WORLDS = st.one_of(worlds(), crowded())
QUICK = 25
THOROUGH = 350  # for each property


@settings(SETTINGS, max_examples=QUICK)
@given(world=WORLDS, data=st.data())
def test_the_product_and_the_oracle_agree(
    ledger: Ledger, world: World, data: st.DataObject
) -> None:
    for check in PROPERTIES:
        check(world, Drawn(data), ledger)


@pytest.mark.slow
@pytest.mark.parametrize("check", PROPERTIES)
def test_they_agree_about_many_worlds(check: Property, ledger: Ledger) -> None:
    @settings(SETTINGS, max_examples=THOROUGH)
    @given(world=WORLDS, data=st.data())
    def tried(world: World, data: st.DataObject) -> None:
        check(world, Drawn(data), ledger)

    tried()
