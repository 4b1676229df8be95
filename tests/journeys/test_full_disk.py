"""A disk that takes no more of the database: writes are refused in their form, reads go on."""

import re
import resource
from pathlib import Path

import httpx
import pytest

from .serving import Installation, Server, installed
from .town import account_file

pytestmark = pytest.mark.slow

_PASSWORD = "five green boats on the canal"
_UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = installed(tmp_path, account_file())
    words = ("user", "create", "acme", "ann@example.org", "--role", "desk", "--password-stdin")
    made.run(*words, stdin=_PASSWORD)
    return made


def limit(server: Server, bytes_: tuple[int, int]) -> None:
    """How long a file may become that the server writes to."""
    for pid in server.pids():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, bytes_)


def sign_in(call: httpx.Client) -> httpx.Response:
    page = call.get("/accounts/acme/sign-in").text
    found = re.search(r'name="form_token"[^>]*value="([^"]*)"', page)
    assert found
    form = {"form_token": found[1], "step": "sign-in", "email": "ann@example.org"}
    return call.post("/accounts/acme/sign-in", data={**form, "password": _PASSWORD})


def test_writes_are_503_in_their_form_until_there_is_room(installation: Installation) -> None:
    scopes = ("--scope", "openslot/admin.write", "--scope", "openslot/admin.read")
    made = installation.run("client", "create", "acme", "x", *scopes)
    found = re.search(r"client id +(\S+)\n.*secret +(\S+)", made)
    assert found
    with installation.serving() as server, httpx.Client(base_url=server.url) as call:
        token = {"grant_type": "client_credentials"}

        def issue() -> httpx.Response:
            return call.post("/accounts/acme/oauth2/token", auth=found.groups(), data=token)

        headers = {"Authorization": f"Bearer {issue().json()['access_token']}"}

        def write(key: str) -> httpx.Response:
            group = {"key": key, "name": key}
            return call.post("/admin/v1/service-groups", headers=headers, json=group)

        assert write("before").status_code == 201
        size = installation.database.with_name("openslot.db-wal").stat().st_size
        assert server.log.stat().st_size < size // 2, "the log is to be written on"
        limit(server, (size, resource.RLIM_INFINITY))
        for _ in range(3):
            refused = write("full")
            assert refused.status_code == 503
            assert refused.json()["code"] == "database_unavailable"
            assert refused.headers["retry-after"] == "1"
        page = sign_in(call)
        assert page.status_code == 503
        assert page.headers["content-type"].startswith("text/html")
        assert "Not available at the moment" in page.text
        assert issue().status_code == 200
        assert call.get("/admin/v1/service-groups", headers=headers).status_code == 200
        assert call.get("/health/ready").status_code == 200
        limit(server, _UNLIMITED)
        assert write("after").status_code == 201
        assert sign_in(call).status_code == 303
    assert "database_unavailable: " in server.log.read_text()
    installation.verify()
