"""A command loads what it needs, and no more: that is most of what it takes."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

LOADED = """
import sys
import {module}
print(*(name for name in sys.modules))
"""


@pytest.mark.parametrize(
    ("module", "needed", "unneeded"),
    [
        (
            "openslot.cli.main",
            {"openslot.settings"},
            {"openslot.app", "openslot.web.server", "pydantic", "sqlite3", "structlog"},
        ),
        (
            "openslot.database",
            {"openslot.storage.sqlite.database"},
            {"openslot.identity", "openslot.scheduling", "openslot.delivery", "psycopg"},
        ),
        (
            "openslot.web.processes",
            {"openslot.web.booking_api.routes", "openslot.web.oauth.token_endpoint"},
            {
                "openslot.account_file",
                "openslot.importing",
                "openslot.web.admin_api",
                "openslot.web.console",
                "openslot.web.booking_page",
                "openslot.web.orchestra",
                "jinja2",
                "httpx",
                "opentelemetry",
            },
        ),
    ],
)
def test_it_loads_what_it_needs(module: str, needed: set[str], unneeded: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(module=module)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert needed <= loaded
    assert unneeded & loaded == set()
