"""Other people's OAuth 2 clients, as they are, get a token and book.

The account goes along as the header `X-ACCOUNT`, or in the address of the token endpoint where a
client can set no header.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import httpx_auth
import pytest
from authlib.integrations.httpx_client import OAuth2Client as AuthlibHttpx
from authlib.integrations.requests_client import OAuth2Session as AuthlibRequests
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

from openslot.kernel.scopes import BOOKING

from .serving import Credentials, Server, installed
from .town import PERSON, account_file

pytestmark = pytest.mark.slow

# Sends one request and gives an answer that has `status_code`, `headers` and `json()`.
Session = Any
SCOPE = " ".join(BOOKING)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Credentials]]:
    installation = installed(tmp_path_factory.mktemp("clients"), account_file())
    with installation.serving() as server:
        yield server, installation.clients["acme", "website"]
    installation.verify()


@pytest.fixture(autouse=True)
def http_is_fine_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """These libraries insist on https elsewhere, as they should."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


def requests_oauthlib(server: Server, client: Credentials) -> Session:
    session = OAuth2Session(client=BackendApplicationClient(client.client_id, scope=SCOPE))
    session.fetch_token(
        f"{server.url}/oauth2/token",
        client_id=client.client_id,
        client_secret=client.client_secret,
        headers={"X-ACCOUNT": client.account},
    )
    return session


def authlib_on_requests(server: Server, client: Credentials) -> Session:
    session = AuthlibRequests(client.client_id, client.client_secret, scope=SCOPE)
    session.fetch_token(f"{server.url}/oauth2/token", headers={"X-ACCOUNT": client.account})
    return session


def authlib_on_httpx(server: Server, client: Credentials) -> Session:
    session = AuthlibHttpx(client.client_id, client.client_secret, scope=SCOPE)
    session.fetch_token(f"{server.url}/accounts/{client.account}/oauth2/token")
    return session


def httpx_auth_by_path(server: Server, client: Credentials) -> Session:
    return httpx.Client(
        auth=httpx_auth.OAuth2ClientCredentials(
            f"{server.url}/accounts/{client.account}/oauth2/token",
            client.client_id,
            client.client_secret,
            scope=SCOPE,
        )
    )


@pytest.mark.parametrize(
    "connect", [requests_oauthlib, authlib_on_requests, authlib_on_httpx, httpx_auth_by_path]
)
def test_a_client_books_moves_and_cancels(
    served: tuple[Server, Credentials], connect: Callable[[Server, Credentials], Session]
) -> None:
    server, client = served
    api = f"{server.url}/external/v1"
    with closing(connect(server, client)) as session:
        (offered,) = answered(session.get(f"{api}/services"), 200)
        branch = offered["branch"]["id"]
        service = next(s["id"] for s in offered["services"] if s["name"] == "Single")
        of_service = f"{api}/branches/{branch}/services/{service}/timeslots"

        def reserve(slot: dict[str, str]) -> str:
            wanted = {"serviceId": service, "branchId": branch, "timeSlot": slot}
            made = answered(session.post(f"{api}/reservations", json=wanted), 201)
            return str(made["appointmentId"])

        free = answered(session.get(of_service), 200)
        early, late = free[10], free[20]
        booked = reserve(early)
        confirm = session.post(f"{api}/reservations/{booked}/confirm", json=PERSON)
        assert answered(confirm, 201)["timeSlot"] == early
        assert early not in answered(session.get(of_service), 200)

        appointment = f"{api}/appointments/{booked}"
        moved = session.put(appointment, json={"reservationId": reserve(late)})
        assert answered(moved, 200)["timeSlot"] == late
        assert moved.headers["ETag"] == '"2"'
        now_free = answered(session.get(of_service), 200)
        assert early in now_free
        assert late not in now_free

        answered(session.delete(appointment), 204)
        assert answered(session.get(appointment), 200)["status"] == "CANCELLED"
        assert late in answered(session.get(of_service), 200)


def answered(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None
