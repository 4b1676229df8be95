"""Reading the audit trail."""

from dataclasses import dataclass
from functools import partial

from openslot.kernel.actor import Actor
from openslot.kernel.page import Page, read_page
from openslot.kernel.scopes import AUDIT_READ
from openslot.storage.action import Action
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditEntry, AuditFilter
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class AuditListing:
    """Which events, and how many of them."""

    filter: AuditFilter
    limit: int


def _list(tx: AccountTx, _: Actor, query: AuditListing) -> Page[AuditEntry]:
    return read_page(query.limit, partial(audit.events, tx, query.filter))


# The newest first.
LIST_EVENTS: Action[AuditListing, Page[AuditEntry]] = Action(
    "list audit events", (AUDIT_READ,), _list
)
