"""The branches whose days can be shown, in their order."""

from openslot.web.api.catalogue_responses import BranchResponse
from openslot.web.api.localized_catalogue import LocalizedCatalogue


def shown_branches(localized: LocalizedCatalogue) -> list[BranchResponse]:
    """Every branch, those first that are active: a closed one may still have a day to look at."""
    of_account = localized.catalogue.branches
    return sorted(localized.branches.values(), key=lambda one: not of_account[one.id].active)
