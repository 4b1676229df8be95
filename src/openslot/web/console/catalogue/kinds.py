"""The kinds of the catalogue as pages: what they are called, where they are, their form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openslot.scheduling.model.catalogue_item import (
    BRANCH,
    RESOURCE,
    SERVICE,
    SERVICE_COMBINATION,
    SERVICE_GROUP,
)
from openslot.web.console.catalogue.forms.branch_form import BranchForm
from openslot.web.console.catalogue.forms.combination_form import CombinationForm
from openslot.web.console.catalogue.forms.entry_form import EntryForm
from openslot.web.console.catalogue.forms.group_form import GroupForm
from openslot.web.console.catalogue.forms.resource_form import ResourceForm
from openslot.web.console.catalogue.forms.service_form import ServiceForm
from openslot.web.page_kit.language.vocabulary import Words


@dataclass(frozen=True)
class KindPages:
    """The pages of one kind."""

    kind: str
    path: str
    template: str
    form: EntryForm
    names: Callable[[Words], tuple[str, str]]  # of the list, and of a new one

    @property
    def has_key(self) -> bool:
        """Whether its author names it; a combination is named by what it combines."""
        return self.kind != SERVICE_COMBINATION


def _branches(words: Words) -> tuple[str, str]:
    return words.say("Branches"), words.say("New branch")


def _groups(words: Words) -> tuple[str, str]:
    return words.say("Service groups"), words.say("New service group")


def _services(words: Words) -> tuple[str, str]:
    return words.say("Services"), words.say("New service")


def _resources(words: Words) -> tuple[str, str]:
    return words.say("Resources"), words.say("New resource")


def _combinations(words: Words) -> tuple[str, str]:
    return words.say("Service combinations"), words.say("New combination")


_BELOW = "/console/setup/"
KINDS: Mapping[str, KindPages] = {
    pages.kind: pages
    for pages in (
        KindPages(BRANCH, _BELOW + "branches", "branch.html", BranchForm(), _branches),
        KindPages(SERVICE_GROUP, _BELOW + "service-groups", "group.html", GroupForm(), _groups),
        KindPages(SERVICE, _BELOW + "services", "service.html", ServiceForm(), _services),
        KindPages(RESOURCE, _BELOW + "resources", "resource.html", ResourceForm(), _resources),
        KindPages(
            SERVICE_COMBINATION,
            _BELOW + "service-combinations",
            "combination.html",
            CombinationForm(),
            _combinations,
        ),
    )
}
