"""Other people's OAuth clients and validators, against a running server."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import httpx_auth
import jwt
import pytest
import requests
import uvicorn
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc6750.errors import InvalidTokenError
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc.jwk import KeySet
from oauthlib.oauth2 import BackendApplicationClient
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidScopeError
from requests_oauthlib import OAuth2Session

from openslot.app import App, open_app, open_database
from openslot.identity import scopes
from openslot.settings import Settings

from .world import World, make_world, oauth_app, on

pytestmark = pytest.mark.slow


class RunningServer:
    """uvicorn in a thread of its own, with a world behind it."""

    def __init__(self, settings: Settings, path: Path) -> None:
        """Listens on a free port; `start` returns when it answers."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._settings = replace(on(settings, path), public_url=self.url)
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.world: World
        self._server: uvicorn.Server

    def start(self) -> None:
        """Runs until `stop`."""
        self._thread.start()
        assert self._started.wait(30)

    def stop(self) -> None:
        """Finishes what runs."""
        self._server.should_exit = True
        self._thread.join(30)
        self._socket.close()

    async def _serve(self) -> None:
        database = open_database(self._settings)
        await database.migrate()
        await database.close()
        app: App = await open_app(self._settings)
        self.world = await app.database.write_system("a test", make_world, app)
        config = uvicorn.Config(oauth_app(app), log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._started.set()
        await self._server.serve(sockets=[self._socket])
        await app.close()


@pytest.fixture(scope="module")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all of these tests."""
    running = RunningServer(settings, tmp_path_factory.mktemp("interop") / "server.db")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def metadata(server: RunningServer) -> dict[str, Any]:
    """What a client finds out by itself."""
    address = server.url + "/.well-known/oauth-authorization-server/accounts/acme"
    document: dict[str, Any] = httpx.get(address).raise_for_status().json()
    return document


@pytest.fixture(autouse=True)
def http_is_fine_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """These libraries insist on https elsewhere, as they should."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


def assert_valid(server: RunningServer, metadata: dict[str, Any], token: str) -> None:
    """PyJWT's validation by RFC 9068, with the keys from `jwks_uri`."""
    key = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token,
        key,
        algorithms=["ES256", "RS256"],
        audience=server.url,
        issuer=metadata["issuer"],
        options={"require": ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"]},
    )
    assert claims["client_id"] == server.world.website.client_id


def test_requests_oauthlib(server: RunningServer, metadata: dict[str, Any]) -> None:
    """Basic, the published root address, the account in a header; then the path form."""
    world = server.world
    client = BackendApplicationClient(world.website.client_id, scope=[scopes.BOOK])
    with OAuth2Session(client=client) as session:
        token = session.fetch_token(
            server.url + "/oauth2/token",
            auth=requests.auth.HTTPBasicAuth(world.website.client_id, world.secret),
            headers={"X-ACCOUNT": "acme"},
        )
        assert token["scope"] == [scopes.BOOK]
        assert token["expires_in"] == 3600
        assert_valid(server, metadata, token["access_token"])
        token = session.fetch_token(
            metadata["token_endpoint"],
            client_id=world.website.client_id,
            client_secret=world.secret,
            include_client_id=True,
        )
        assert_valid(server, metadata, token["access_token"])
        with pytest.raises(InvalidClientError):
            session.fetch_token(
                metadata["token_endpoint"],
                auth=requests.auth.HTTPBasicAuth(world.website.client_id, "wrong"),
            )
    client = BackendApplicationClient(world.website.client_id, scope=[scopes.ADMIN_READ])
    with OAuth2Session(client=client) as session, pytest.raises(InvalidScopeError):
        session.fetch_token(
            metadata["token_endpoint"],
            auth=requests.auth.HTTPBasicAuth(world.website.client_id, world.secret),
        )


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib(server: RunningServer, metadata: dict[str, Any], method: str) -> None:
    """By both methods."""
    world = server.world
    with AuthlibSession(
        world.website.client_id,
        world.secret,
        token_endpoint_auth_method=method,
        scope=" ".join(scopes.BOOKING),
    ) as client:
        token = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    assert token["scope"] == " ".join(scopes.BOOKING)
    assert_valid(server, metadata, token["access_token"])


def test_httpx_auth(server: RunningServer, metadata: dict[str, Any]) -> None:
    """Which sends its token along; here to a document that looks at none."""
    world = server.world
    auth = httpx_auth.OAuth2ClientCredentials(
        metadata["token_endpoint"],
        client_id=world.website.client_id,
        client_secret=world.secret,
        scope=list(scopes.BOOKING),
    )
    answer = httpx.get(metadata["jwks_uri"], auth=auth)
    scheme, token = answer.request.headers["Authorization"].split(" ")
    assert scheme == "Bearer"
    assert_valid(server, metadata, token)


def test_authlibs_rfc_9068_validator(server: RunningServer, metadata: dict[str, Any]) -> None:
    """It takes our tokens for this resource, and none for another."""
    world = server.world

    class Validator(JWTBearerTokenValidator):  # type: ignore[misc]
        def get_jwks(self) -> Any:
            return KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).json())

    with AuthlibSession(world.website.client_id, world.secret) as client:
        token = client.fetch_token(metadata["token_endpoint"])["access_token"]
    validator = Validator(issuer=metadata["issuer"], resource_server=server.url)
    claims = validator.authenticate_token(token)
    validator.validate_token(claims, [scopes.BOOK], None)
    for wrong in (
        Validator(issuer=metadata["issuer"], resource_server="https://other.example"),
        Validator(issuer="https://other.example", resource_server=server.url),
    ):
        with pytest.raises(InvalidTokenError):
            wrong.validate_token(wrong.authenticate_token(token), [scopes.BOOK], None)


def test_authlib_reads_the_metadata(metadata: dict[str, Any]) -> None:
    """Field by field, as RFC 8414 has them."""
    document = AuthorizationServerMetadata(metadata)
    for name in (
        "jwks_uri", "scopes_supported", "grant_types_supported",
        "token_endpoint_auth_methods_supported",
    ):  # fmt: skip
        getattr(document, f"validate_{name}")()


def test_what_only_a_socket_can_say(server: RunningServer) -> None:
    """A length and chunks at once, or two lengths, end the connection and give no token."""
    host, port = server.url.removeprefix("http://").split(":")
    for framing in (
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
    ):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            head = f"POST /oauth2/token HTTP/1.1\r\nHost: {host}\r\n{framing}\r\n\r\n"
            connection.sendall(head.encode() + b"0\r\n\r\n")
            answer = b""
            while received := connection.recv(65_536):
                answer += received
        assert b" 400 " in answer.split(b"\r\n", 1)[0]
        assert b"access_token" not in answer


def test_a_body_that_is_too_large_is_answered(server: RunningServer) -> None:
    """While it is still being sent; the connection serves the next request."""
    with httpx.Client(base_url=server.url) as client:
        answer = client.post("/oauth2/token", content=b"x" * 1_000_000)
        assert (answer.status_code, answer.headers["cache-control"]) == (413, "no-store")
        assert client.get("/oauth2/token").status_code == 405
