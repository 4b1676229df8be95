"""The route of the audit trail."""

from openslot.kernel.errors import Invalid
from openslot.storage.journal.actions import LIST_EVENTS
from openslot.web.admin_api.audit import audit_events
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route

ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", audit_events.PATH, LIST_EVENTS,
        audit_events.read_listing, audit_events.respond_page,
        "List who did what", "The newest first, as JSON, CSV or JSON lines.",
        Accepts(query=audit_events.AuditQuery),
        Returns(
            list[audit_events.AuditEvent],
            headers={
                "Link": "The next page, if there is one (RFC 8288)",
                "Cache-Control": "It must not be stored", "Vary": "Accept",
                "Content-Disposition": "Of csv and jsonl: a file's name",
            },
            media_types=("text/csv", "application/x-ndjson"),
        ),
        (Invalid,),
    ),
)  # fmt: skip
