"""One item of the catalogue as it is stored: a document in the words of the account file. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A branch, service group, service, resource or service combination."""

    kind: str
    id: str
    key: str
    active: bool
    version: int  # 1, raised by every change
    document: str  # JSON with sorted keys, dates as text
