"""A server on a damaged file: it says so, and remembers it, whatever is asked."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from .serving import Installation, installed
from .town import account_file

pytestmark = pytest.mark.slow

_PAGE = 4096


def damage(path: Path, table: str) -> None:
    """Overwrites the pages of a table, and of its indexes."""
    with closing(sqlite3.connect(path)) as file:
        roots = file.execute(
            "SELECT rootpage FROM sqlite_master WHERE tbl_name = ?", (table,)
        ).fetchall()
    assert roots
    with path.open("r+b") as file_:
        for (root,) in roots:
            file_.seek((root - 1) * _PAGE)
            file_.write(b"\xff" * _PAGE)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return installed(tmp_path, account_file())


def test_a_call_that_meets_damage_is_told_and_ready_remembers_it(
    installation: Installation,
) -> None:
    website = installation.clients["acme", "website"]
    with installation.serving():
        pass  # the signing keys are made
    damage(installation.database, "client_secrets")
    with installation.serving() as server, httpx.Client(base_url=server.url) as call:
        assert call.get("/health/ready").status_code == 200
        token = call.post(
            "/accounts/acme/oauth2/token",
            auth=(website.client_id, website.client_secret),
            data={"grant_type": "client_credentials"},
        )
        assert (token.status_code, token.json()["error"]) == (503, "server_error")
        assert "database_damaged" in token.json()["error_description"]
        assert "retry-after" not in token.headers
        began = time.perf_counter()
        ready = call.get("/health/ready")
        assert time.perf_counter() - began < 5  # it does not look again
        assert ready.status_code == 503
        assert ready.json()["checks"]["database"] == "damaged"
        assert "retry-after" not in ready.headers
        assert call.get("/health/live").status_code == 200
    assert "database_damaged" in server.log.read_text()


def test_a_page_does_not_ask_to_try_again(installation: Installation) -> None:
    with installation.serving():
        pass
    damage(installation.database, "users")
    with installation.serving() as server, httpx.Client(base_url=server.url) as call:
        page = call.get("/accounts/acme/sign-in").text
        form = page.split('name="form_token" value="')[1].split('"')[0]
        answer = call.post(
            "/accounts/acme/sign-in",
            data={"form_token": form, "step": "sign-in", "email": "a@b.example", "password": "x"},
        )
        assert answer.status_code == 503
        assert "repair" in answer.text
        assert "try again" not in answer.text.lower()
        assert "retry-after" not in answer.headers
