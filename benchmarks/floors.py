"""On which floor each module of the product stands, told by who imports whom.

A module's floor is the length of the longest path of imports below it: 0 imports nothing of the
product, 1 imports modules of floor 0 alone, and so on. So a module stands above everything that
it can call by name, and no table has to be kept when files move.
"""

from graphlib import TopologicalSorter

import grimp

PRODUCT = "openslot"


def floors() -> dict[str, int]:
    """The floor of each module by its name; what is imported for types alone does not count.

    Raises:
        graphlib.CycleError: modules import each other in a circle; it names them.
    """
    graph = grimp.build_graph(PRODUCT, exclude_type_checking_imports=True, cache_dir=None)
    below = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    found: dict[str, int] = {}
    for module in TopologicalSorter(below).static_order():
        found[module] = max((found[other] + 1 for other in below[module]), default=0)
    return found
