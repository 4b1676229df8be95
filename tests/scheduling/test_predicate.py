"""The one predicate: the product and the oracle agree about every start of every world.

A failure prints how to see it again.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.worlds import World, worlds
from rounds import rounds

from .choices import Drawn
from .crowded import crowded
from .ledger import Ledger
from .properties import PROPERTIES


@settings(
    max_examples=rounds(few=5, some=100, many=10_000),
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
@given(world=st.one_of(worlds(), crowded()), data=st.data())
def test_the_product_and_the_oracle_agree(
    ledger: Ledger, world: World, data: st.DataObject
) -> None:
    for check in PROPERTIES:
        check(world, Drawn(data), ledger)
