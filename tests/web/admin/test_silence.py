"""A log at its most talkative says nothing that is secret and nothing of a person."""

import base64
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from openslot.kernel.scopes import (
    ADMIN_WRITE,
    AUDIT_READ,
    BOOK,
    CANCEL,
    CLIENTS_MANAGE,
    PRIVACY_MANAGE,
    RESCHEDULE,
)
from openslot.observability.logs import configure_logs

from ..conftest import Start
from ..site import PERSON, Site
from ..world import PUBLIC_URL
from .administrator import administrator

pytestmark = pytest.mark.anyio

WRONG_SECRET = "osk_NobodyHasThisSecretNobodyHasThisSecretNo000000"
WRONG_ID = "nobodyhasthisidnobodyhast0"
SCOPES = (CLIENTS_MANAGE, AUDIT_READ, ADMIN_WRITE, PRIVACY_MANAGE)
NOTE = "Brings her grandmother's violoncello"


@pytest.fixture
def talkative(
    logs_as_before: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    """Everything that the product and its libraries log, down to DEBUG."""
    written = tmp_path / "log"
    # The HTTP client of the test is no part of the server.
    ours = [logging.getLogger(name) for name in ("httpx", "httpcore")]
    for logger in ours:
        monkeypatch.setattr(logger, "disabled", True)
    with written.open("ab") as file:
        lines = configure_logs("debug", file.fileno())
        logging.getLogger().setLevel(logging.DEBUG)

        def read() -> str:
            lines.flush()
            assert lines.dropped == 0
            return written.read_text()

        yield read
        lines.flush()


@pytest.mark.slow
async def test_a_session_leaves_nothing_in_the_log(
    talkative: Callable[[], str], start: Start
) -> None:
    """Tokens, secrets, ids of clients that there are not, names, mails, identifiers, notes."""
    async with start() as site:
        hidden = await _session(site)
    log = talkative()
    lines = [json.loads(line) for line in log.splitlines()]
    requests = [line for line in lines if line.get("event") == "request"]
    assert len(requests) >= 20, "the log was not where this test looks"
    assert {line["status"] for line in requests} >= {200, 201, 204, 401, 409, 412, 422}
    assert [value for value in hidden if value in log] == []


async def _session(site: Site) -> list[str]:
    """What an integrator and an administrator do in an hour; returns what nobody may read."""
    hidden = [*PERSON.values(), NOTE, WRONG_SECRET, WRONG_ID, "example.org/secret-callback"]
    who = await administrator(site, *SCOPES)
    hidden.append(who.bearer)
    scopes = [BOOK, RESCHEDULE, CANCEL]
    client = await who.made(
        "/clients",
        {"key": "web", "name": "Web", "grants": ["client_credentials"], "scopes": scopes},
    )
    secrets = f"/clients/{client['id']}/secrets"
    second = await who.made(secrets, {})
    hidden += [client["clientSecret"], second["clientSecret"]]
    await who.call("POST", secrets, {})  # 409
    stale = {"If-Match": '"7"'}
    await who.call("PATCH", f"/clients/{client['id']}", {"name": "N"}, headers=stale)
    redirect = {"redirectUris": ["http://example.org/secret-callback"]}
    await who.call("PATCH", f"/clients/{client['id']}", redirect)
    await who.call("DELETE", f"{secrets}/{second['id']}")

    async def ask(client_id: str, secret: str, **more: Any) -> Any:
        credentials = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        hidden.append(credentials)
        headers = {"Authorization": f"Basic {credentials}", "X-ACCOUNT": "acme"}
        form = {"grant_type": "client_credentials", **more}
        return await site.http.post("/oauth2/token", data=form, headers=headers)

    bearer = (await ask(client["clientId"], client["clientSecret"])).json()["access_token"]
    hidden += [bearer, *bearer.split(".")[1:]]
    await ask(client["clientId"], WRONG_SECRET)
    await ask(client["clientId"], second["clientSecret"])
    await ask(WRONG_ID, client["clientSecret"])
    await ask(client["clientSecret"], client["clientId"])
    await ask(client["clientId"], client["clientSecret"], scope=WRONG_SECRET)
    await ask(client["clientId"], client["clientSecret"], client_secret=WRONG_SECRET)
    await site.http.post(f"/oauth2/token?client_secret={WRONG_SECRET}")
    await site.http.get(f"/external/v1/branches?access_token={bearer}")
    for token in (bearer, bearer[:-3] + "xyz", WRONG_SECRET):
        headers = {"Authorization": f"Bearer {token}"}
        await site.http.get("/external/v1/branches", headers=headers)

    booked = await _booking(site, {"Authorization": f"Bearer {bearer}"})
    hidden.append(booked["customer"]["phoneNumber"])
    feed = await who.made("/feeds", {"branch": site.id("branch", "centre"), "detail": "full"})
    hidden.append(feed["url"].rpartition("/")[2].partition(".")[0])
    for path in (feed["url"].partition(PUBLIC_URL)[2], f"/feeds/{hidden[-1]}"):
        assert (await site.http.get(path)).status_code in (200, 404)
    await who.call("GET", "/audit-events", params={"format": "csv"})
    return hidden


async def _booking(site: Site, headers: dict[str, str]) -> Any:
    """Reserve, confirm with faults and without, search, change, cancel."""

    async def call(method: str, path: str, body: Any = None) -> Any:
        return await site.call(method, path, body, client=None, headers=headers)

    made = (await call("POST", "/reservations", site.reservation(notes=NOTE))).json()
    confirm = f"/reservations/{made['appointmentId']}/confirm"
    for fault in ({"email": "wilhelmina@"}, {"phoneNumber": "Wilhelmina"}, {"Wilhelmina": 1}):
        answer = await call("POST", confirm, {**PERSON, **fault})
        assert answer.status_code == 422
    booked = await call("POST", confirm, PERSON)
    assert booked.status_code == 201
    search = {"customer": {"personalIdentifier": PERSON["personalIdentifier"]}}
    assert len((await call("POST", "/appointments/search", search)).json()) == 1
    await call("GET", f"/appointments/{PERSON['personalIdentifier']}")
    await call("GET", f"/branches?email={PERSON['email']}")
    path = f"/appointments/{made['appointmentId']}"
    assert (await call("PUT", f"{path}/customer", PERSON)).status_code == 204
    assert (await call("DELETE", path)).status_code == 204
    return booked.json()
