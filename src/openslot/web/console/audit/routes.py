"""The addresses of this room."""

from openslot.web.console.audit.audit_files import AuditFiles
from openslot.web.console.audit.page import AuditPage
from openslot.web.console.frame.address import READS_AUDIT, Address, Addresses
from openslot.web.console.frame.console import Console


def routes(console: Console) -> Addresses:
    """The page, and the whole trail as a file in two formats."""
    files = AuditFiles(console)
    return {
        "/console/audit": Address(READS_AUDIT, get=AuditPage(console).show),
        "/console/audit.csv": Address(READS_AUDIT, get=files.csv),
        "/console/audit.jsonl": Address(READS_AUDIT, get=files.json_lines),
    }
