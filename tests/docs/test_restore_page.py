"""What the page about restoring says to do works, line by line."""

import re
from pathlib import Path

import httpx
import pytest

from journeys.serving import Installation, installed
from journeys.town import account_file
from ports import free_port

from .guides import guide, run_lines

pytestmark = pytest.mark.slow

_GUIDE = guide("how-to/restore-a-backup.md")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """Acme, with a client and a user that are to be ended after the backup."""
    made = installed(tmp_path, account_file())
    (tmp_path / "backup").mkdir()
    made.run("client", "create", "acme", "partner", "--scope", "openslot/admin.read")
    made.run("user", "create", "acme", "bob@example.org", "--role", "desk")
    return made


def _parts(installation: Installation, url: str) -> list[str]:
    """The lines while the server runs, while it is stopped, and after its start."""
    script = _GUIDE.script
    for said, meant in (
        ("https://booking.example.org", url),
        ("/backup/", f"{installation.folder}/backup/"),
    ):
        assert said in script
        script = script.replace(said, meant)
    parts = re.split(r"^systemctl (?:stop|start) openslot\n", script, flags=re.MULTILINE)
    assert len(parts) == 3
    return [parts[0], "account=acme\n" + parts[1], parts[2]]


def test_its_lines_do_what_it_says(installation: Installation) -> None:
    port = free_port()
    url = installation.environment["OPENSLOT_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    running, stopped, started = _parts(installation, url)
    website = installation.clients["acme", "website"]

    def token() -> httpx.Response:
        return httpx.post(
            f"{url}/accounts/acme/oauth2/token",
            auth=(website.client_id, website.client_secret),
            data={"grant_type": "client_credentials"},
        )

    def services(access_token: str) -> int:
        headers = {"Authorization": f"Bearer {access_token}"}
        return httpx.get(f"{url}/external/v1/services", headers=headers).status_code

    with installation.serving(port=port):
        early = token().json()["access_token"]
        assert services(early) == 200
        run_lines(installation, running)
        installation.run("client", "disable", "acme", "partner")
        installation.run("user", "disable", "acme", "bob@example.org")
    said = run_lines(installation, stopped)
    assert "client partner of acme" in said
    assert "user bob@example.org of acme" in said
    [replaced] = installation.folder.glob("openslot.db.replaced-*")
    assert str(replaced) in said
    with installation.serving(port=port):
        said = run_lines(installation, started)
        assert '"status":"ok"' in said and "0 differences" in said
        assert services(early) == 401
        assert services(token().json()["access_token"]) == 200
