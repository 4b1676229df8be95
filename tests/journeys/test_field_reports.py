"""What people met in the field, as they met it: programs, browsers and shells alone."""

import base64
import os
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ports import free_port

from .serving import Installation, Server, installed
from .visitor import VERIFIER, Visitor

pytestmark = pytest.mark.slow

ANN, EVE, PASSWORD = "ann@example.org", "eve@example.org", "correct horse battery"
CALLBACK = "http://127.0.0.1:5001/cb"
MANAGER = "openslot/clients.manage"
ACCOUNT: dict[str, Any] = {
    "account": "acme",
    "name": "Acme",
    "clients": [
        {
            "key": "app",
            "name": "App",
            "grants": ["authorization_code", "refresh_token"],
            "scopes": ["openslot/admin.read"],
            "redirectUris": ["http://127.0.0.1/cb"],
            "tokenEndpointAuthMethod": "none",
        },
        {
            "key": "manager",
            "name": "Manager",
            "grants": ["client_credentials"],
            "scopes": [MANAGER, "openslot/admin.write", "openslot/admin.read"],
        },
    ],
}


@pytest.fixture
def installation(peopled: Installation, tmp_path: Path) -> Installation:
    """One account with two clients and two administrators, behind a proxy on this machine."""
    return peopled.copied(tmp_path)


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The one of which every test has a copy."""
    made = installed(tmp_path_factory.mktemp("peopled"), ACCOUNT)
    made.environment |= {"OPENSLOT_TRUSTED_PROXIES": "127.0.0.1"}
    for email in (ANN, EVE):
        asked = ("user", "create", "acme", email, "--role", "administrator", "--password-stdin")
        made.run(*asked, stdin=PASSWORD)
    return made


@pytest.fixture
def server(installation: Installation) -> Iterator[Server]:
    """It serves, at the address that it says it has."""
    port = free_port()
    with installation.serving(port=port, public_url=f"http://127.0.0.1:{port}") as server:
        yield server


@pytest.fixture
def strict(installation: Installation) -> Iterator[Server]:
    """One that takes one wrong secret a minute: however slow it is, none comes back meanwhile."""
    port = free_port()
    with installation.serving(
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        wrong_secrets_per_minute_and_client="1",
    ) as server:
        yield server


def visitor(server: Server, address: str = "192.0.2.1") -> Visitor:
    """A browser that has been nowhere."""
    return Visitor(server.url, "acme", address)


def token(server: Server, address: str = "192.0.2.1", **form: str) -> httpx.Response:
    """What the token endpoint says to a public client."""
    return httpx.post(
        f"{server.url}/accounts/acme/oauth2/token",
        data=form,
        headers={"X-Forwarded-For": address},
    )


def manager_token(installation: Installation, server: Server) -> str:
    """A token of the client that manages clients."""
    answer = httpx.post(
        f"{server.url}/oauth2/token",
        data={"grant_type": "client_credentials"},
        headers={
            "X-ACCOUNT": "acme",
            "Authorization": installation.clients["acme", "manager"].basic,
        },
    )
    assert answer.status_code == 200, answer.text
    text: str = answer.json()["access_token"]
    return text


# Who is counted is who acts.


def test_a_house_on_ipv6_is_one_address(installation: Installation, strict: Server) -> None:
    """It has as many wrong secrets as one address, however many addresses it has."""
    client_id = installation.clients["acme", "app"].client_id
    wrong = base64.b64encode(f"{client_id}:osk_x".encode()).decode()
    statuses = [
        httpx.post(
            f"{strict.url}/accounts/acme/oauth2/token",
            data={"grant_type": "client_credentials"},
            headers={
                "Authorization": f"Basic {wrong}",
                "X-Forwarded-For": f"2001:db8:1:1::{n:x}",
            },
        ).status_code
        for n in range(1, 11)
    ]
    assert statuses == [401] + [429] * 9


def test_a_person_is_counted_under_every_spelling(strict: Server) -> None:
    browser = visitor(strict)
    spellings = [ANN, ANN, ANN.upper(), "ann@ｅxample.org", f" {ANN} ", "ann@EXAMPLE.ORG"]
    statuses = [browser.sign_in(s, "wrong wrong wrong").status_code for s in spellings]
    assert statuses == [200] + [429] * 5


def test_five_wrong_codes_void_the_ticket(server: Server) -> None:
    """From whatever address; the password has to be given again."""
    enrolling = visitor(server)
    enrolling.sign_in(ANN, PASSWORD)
    totp, _ = enrolling.enrol(PASSWORD)
    guessing = visitor(server)
    page = guessing.sign_in(ANN, PASSWORD).text
    for n in range(5):
        guessing.give_code(page, f"{n:06d}", address=f"198.51.100.{n}")
    right = totp.at(int(time.time()) + 30)
    late = guessing.give_code(page, right, address="198.51.100.9")
    assert late.status_code != 303
    assert guessing.at("/me").status_code == 303


def test_wrong_codes_are_counted_by_person(installation: Installation) -> None:
    """Twenty an hour, then 429 before any is compared, and it says until when."""
    port = free_port()
    with installation.serving(
        port=port, public_url=f"http://127.0.0.1:{port}", wrong_codes_per_hour_and_user="4"
    ) as server:
        enrolling = visitor(server)
        enrolling.sign_in(ANN, PASSWORD)
        totp, _ = enrolling.enrol(PASSWORD)
        statuses = []
        for n in range(6):
            guessing = visitor(server, f"198.51.100.{n}")
            page = guessing.sign_in(ANN, PASSWORD).text
            answer = guessing.give_code(page, f"{n:06d}")
            statuses.append(answer.status_code)
        assert statuses[4:] == [429, 429]
        assert 429 not in statuses[:4]
        page = (last := visitor(server, "198.51.100.99")).sign_in(ANN, PASSWORD).text
        refused = last.give_code(page, totp.at(int(time.time()) + 30))
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0


# Consent, and what credentials gave.


def test_a_program_on_the_machine_is_asked_for_every_time(
    installation: Installation, server: Server
) -> None:
    client_id = installation.clients["acme", "app"].client_id
    browser = visitor(server)
    browser.sign_in(ANN, PASSWORD)
    for port in (5001, 6666):
        asked, told = browser.authorize(client_id, f"http://127.0.0.1:{port}/cb")
        assert asked
        assert "code" in told
    asked, told = browser.authorize(client_id, "http://127.0.0.1:6667/cb", prompt="none")
    assert (asked, told["error"]) == (False, "consent_required")


def test_a_changed_password_ends_what_a_thief_has(
    installation: Installation, server: Server
) -> None:
    client_id = installation.clients["acme", "app"].client_id
    thief, ann = visitor(server), visitor(server)
    thief.sign_in(ANN, PASSWORD)

    def redeem(code: str) -> httpx.Response:
        return token(
            server,
            client_id=client_id,
            grant_type="authorization_code",
            code=code,
            code_verifier=VERIFIER,
            redirect_uri=CALLBACK,
        )

    got = redeem(thief.authorize(client_id, CALLBACK)[1]["code"]).json()
    unused = thief.authorize(client_id, CALLBACK)[1]["code"]
    bearer = {"Authorization": f"Bearer {got['access_token']}"}
    assert httpx.get(f"{server.url}/admin/v1/branches", headers=bearer).status_code == 200
    ann.sign_in(ANN, PASSWORD)
    assert ann.change_password(PASSWORD, f"{PASSWORD} 2").status_code in (200, 303)
    refreshed = token(
        server,
        client_id=client_id,
        grant_type="refresh_token",
        refresh_token=got["refresh_token"],
    )
    assert (refreshed.status_code, redeem(unused).status_code) == (400, 400)
    assert thief.at("/me").status_code == 303
    assert ann.at("/me").status_code == 200
    time.sleep(1.1)  # all processes know within a second
    assert httpx.get(f"{server.url}/admin/v1/branches", headers=bearer).status_code == 401


def test_an_older_session_ends_with_enrolment(server: Server) -> None:
    old, new = visitor(server), visitor(server)
    old.sign_in(EVE, PASSWORD)
    new.sign_in(EVE, PASSWORD)
    new.enrol(PASSWORD)
    assert (old.at("/me").status_code, new.at("/me").status_code) == (303, 200)


def test_a_manager_of_clients_gives_no_more_than_it_has(
    installation: Installation, server: Server
) -> None:
    answer = httpx.post(
        f"{server.url}/admin/v1/clients",
        headers={"Authorization": f"Bearer {manager_token(installation, server)}"},
        json={
            "key": "x",
            "name": "X",
            "grants": ["client_credentials"],
            "scopes": ["openslot/users.manage", "openslot/privacy.manage"],
        },
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_not_held")
    assert "x" not in installation.run("client", "list", "acme").split()


# The database and its files.


def ended(installation: Installation, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command that may fail."""
    return subprocess.run(
        [*installation.program, *arguments],
        env=installation.environment,
        cwd=installation.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def page_of(database: Path, table: str) -> int:
    """The last page of a table in a database file; 1 is the first."""
    with sqlite3.connect(database) as connection:
        [(number,)] = connection.execute(
            "SELECT max(pageno) FROM dbstat WHERE name = ?", (table,)
        ).fetchall()
    return int(number)


def test_damage_is_told(installation: Installation) -> None:
    """By `verify` and by `backup`, which leaves no file."""
    number = page_of(installation.database, "client_secrets")
    with installation.database.open("r+b") as file:
        file.seek(4096 * (number - 1))
        file.write(b"\xff" * 4096)
    verified = ended(installation, "verify")
    backed_up = ended(installation, "backup", "copy.db")
    assert (verified.returncode, backed_up.returncode) == (1, 1)
    assert "damaged" in verified.stdout + verified.stderr
    assert "damaged" in backed_up.stdout + backed_up.stderr
    assert not [path for path in installation.folder.iterdir() if "copy" in path.name]


def test_a_backup_is_put_back_after_a_crash(installation: Installation) -> None:
    """What the log of the crashed server holds does not come back with it."""
    with installation.serving() as server:
        installation.run("backup", "monday.db")
        installation.run("client", "create", "acme", "tuesday", "--scope", "openslot/admin.read")
        refused = ended(installation, "restore", "monday.db")
        assert refused.returncode == 1
        server.kill()
    installation.run("restore", "monday.db")
    assert "tuesday" not in installation.run("client", "list", "acme")
    installation.verify()
    with installation.serving():
        assert "tuesday" not in installation.run("client", "list", "acme")


def test_files_are_the_owners_alone(installation: Installation, tmp_path: Path) -> None:
    """Whatever the umask; a backup follows no link."""
    before = os.umask(0)
    try:
        (folder := tmp_path / "another").mkdir()
        made = installed(folder, ACCOUNT)
        with made.serving():
            modes = {
                path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("openslot.db*")
            }
        victim = tmp_path / "victim"
        victim.write_text("precious")
        (folder / "b.db.partial").symlink_to(victim)
        (folder / "c.db").symlink_to(victim)
        ended(made, "backup", "b.db")
        ended(made, "backup", "c.db")
    finally:
        os.umask(before)
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}
    assert victim.read_text() == "precious"
    for name in ("b.db", "c.db"):
        path = folder / name
        assert path.is_symlink() or not path.exists() or path.stat().st_mode & 0o777 == 0o600


# The server.


def test_head_answers_on_pages(server: Server) -> None:
    with visitor(server).http as http:
        for path in ("/accounts/acme/sign-in", "/docs", "/problems"):
            got, asked = http.get(path), http.head(path)
            assert (asked.status_code, asked.content) == (got.status_code, b"") == (200, b"")


def test_the_scheme_of_the_public_url_has_no_case(installation: Installation) -> None:
    with installation.serving(public_url="HTTPS://Booking.example.org") as server:
        cookie = httpx.get(f"{server.url}/accounts/acme/sign-in").headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie


def test_a_proxy_that_is_no_address_is_refused(installation: Installation) -> None:
    installation.environment["OPENSLOT_TRUSTED_PROXIES"] = "nonsense"
    done = ended(installation, "settings")
    assert done.returncode in (1, 2)
    assert "OPENSLOT_TRUSTED_PROXIES" in done.stderr


@pytest.mark.parametrize(
    "request_",
    [
        "GET /health/live HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
        "POST /oauth2/token HTTP/1.1\r\nHost: x\r\nX-ACCOUNT: acme\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "Transfer-Encoding: foo, chunked\r\n\r\n9\r\ngrant_typ\r\n0\r\n\r\n",
    ],
    ids=["host", "transfer coding"],
)
def test_requests_that_no_server_should_take(server: Server, request_: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(request_.encode())
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.split(b" ", 2)[1] in (b"400", b"501")


@pytest.mark.parametrize("workers", [1, 2])
def test_every_address_is_ipv4_as_well(installation: Installation, workers: int) -> None:
    with installation.serving(workers=workers, host="::") as server:
        for host in ("127.0.0.1", "[::1]"):
            assert httpx.get(f"http://{host}:{server.port}/health/live").status_code == 200


def test_a_full_disk_of_the_log_stops_no_answer(installation: Installation) -> None:
    """Nor does a pipe that nobody reads."""
    full = ["sh", "-c", 'exec "$@" 2>/dev/full', "sh", *installation.program]
    served = Installation(
        installation.folder, installation.environment, installation.clients, program=full
    )
    with served.serving() as server, httpx.Client(base_url=server.url) as http:
        basic = installation.clients["acme", "manager"].basic
        statuses = [
            http.post(
                "/oauth2/token",
                data={"grant_type": "client_credentials"},
                headers={"X-ACCOUNT": "acme", "Authorization": basic},
            ).status_code
            for _ in range(20)
        ]
    assert statuses == [200] * 20


def test_a_tag_that_a_proxy_has_made_weak(installation: Installation, server: Server) -> None:
    bearer = {"Authorization": f"Bearer {manager_token(installation, server)}"}
    with httpx.Client(base_url=f"{server.url}/admin/v1", headers=bearer) as http:
        branch = {"key": "centre", "name": "Centre", "timeZone": "Europe/Amsterdam"}
        made = http.post("/branches", json=branch)
        assert made.status_code == 201, made.text
        path, weak = f"/branches/{made.json()['id']}", {"If-Match": f"W/{made.headers['etag']}"}
        changed = http.patch(path, json={"name": "Town"}, headers=weak)
        assert changed.status_code == 200, changed.text
        assert http.patch(path, json={"name": "Mine"}, headers=weak).status_code == 412
