"""One item of the catalogue as it is stored: a document in the words of the account file."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis

BRANCH = "branch"
SERVICE_GROUP = "service-group"
SERVICE = "service"
RESOURCE = "resource"
SERVICE_COMBINATION = "service-combination"
# In the order of the account file; everything that is done for each kind follows this list.
KINDS = (BRANCH, SERVICE_GROUP, SERVICE, RESOURCE, SERVICE_COMBINATION)


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A branch, service group, service, resource or service combination."""

    kind: str  # one of KINDS
    id: str
    key: str
    active: bool
    version: int  # 1, raised by every change
    document: str  # JSON with sorted keys, dates as text
    updated_at: Millis = 0  # when it was last changed, in real time; 0: not known
