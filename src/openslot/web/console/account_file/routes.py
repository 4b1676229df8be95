"""The addresses of the account file."""

from openslot.web.console.account_file.file_page import MOST_FORM_BYTES, FilePage
from openslot.web.console.frame.address import SETS_UP, Address
from openslot.web.console.frame.console import Console


def routes(console: Console) -> dict[str, Address]:
    """By path."""
    page = FilePage(console)
    return {
        "/console/setup/account-file": Address(
            SETS_UP, get=page.show, post=page.take, most_bytes=MOST_FORM_BYTES
        ),
        "/console/setup/account-file.yaml": Address(SETS_UP, get=page.export),
    }
