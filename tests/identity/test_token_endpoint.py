"""The token endpoint: the contract's sections 1 and 2, rule by rule."""

import json
from base64 import b64encode
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import jwt
import pytest

from databases import content
from openslot.identity import accounts
from openslot.identity.clients import clients, secret_rotation
from openslot.kernel import scopes

from .world import ACCOUNT_DOCUMENT, PUBLIC_URL, World, confidential, oauth_app

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

FORM = "application/x-www-form-urlencoded"
GRANT = "grant_type=client_credentials"


def basic(client_id: str, secret: str) -> str:
    """The header of client_secret_basic."""
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


async def post(
    http: httpx.AsyncClient,
    world: World,
    body: str | bytes = GRANT,
    *,
    path: str = "/oauth2/token",
    headers: list[tuple[str, str]] | None = None,
    without: tuple[str, ...] = (),
) -> httpx.Response:
    """A good request of the website; `headers` come on top, `without` names those to leave out."""
    sent = {
        "Authorization": basic(world.website.client_id, world.secret),
        "X-ACCOUNT": "acme",
        "Content-Type": FORM,
    }
    given = [(name, value) for name, value in sent.items() if name not in without]
    return await http.post(path, content=body, headers=[*given, *(headers or [])])


def assert_error(answer: httpx.Response, status: int, error: str) -> None:
    """The answer is this OAuth error, and no cache keeps it."""
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.json().keys() == {"error", "error_description"}
    # RFC 6749 §5.2: what error_description may hold
    assert all(
        0x20 <= ord(c) <= 0x7E and c not in '"\\' for c in answer.json()["error_description"]
    )
    assert answer.headers["content-type"] == "application/json"
    assert_not_kept(answer)


def assert_not_kept(answer: httpx.Response) -> None:
    """RFC 6749 §5.1."""
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"


# The contract's own example


async def test_the_published_request_gets_the_published_answer(
    http: httpx.AsyncClient, world: World
) -> None:
    """Members, their order and their spelling."""
    body = f"{GRANT}&scope=com.qmatic.saas.appointments%2Fexternal.appointment.book"
    answer = await post(http, world, body)
    assert answer.status_code == 200
    assert_not_kept(answer)
    assert answer.headers["content-type"] == "application/json"
    token = answer.json()["access_token"]
    assert answer.text == (
        f'{{"access_token": "{token}", "expires_in": 3600, "token_type": "Bearer", '
        f'"scope": "{scopes.BOOK}"}}'
    )
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["scope"], claims["account"]) == (scopes.BOOK, world.acme.id)
    assert "refresh_token" not in answer.json()


async def test_rs256_is_the_accounts_choice(http: httpx.AsyncClient, world: World) -> None:
    """From the next token on."""
    for algorithm in ("ES256", "RS256", "ES256"):
        document = {**ACCOUNT_DOCUMENT, "settings": {"accessTokenAlgorithm": algorithm}}
        await world.app.database.write(world.acme.id, accounts.change, document, sandbox=True)
        token = (await post(http, world)).json()["access_token"]
        assert jwt.get_unverified_header(token)["alg"] == algorithm
        assert world.reader().read(token.encode(), _now(token)).scopes == set(scopes.BOOKING)


def _now(token: str) -> int:
    claims = jwt.decode(token, options={"verify_signature": False})
    return int(claims["iat"]) * 1000


# The account's name


@pytest.mark.parametrize(
    ("header", "field", "path"),
    [
        ("acme", None, None), (None, "acme", None), (None, None, "acme"),
        ("acme", "acme", None), ("acme", None, "acme"), (None, "acme", "acme"),
        ("acme", "acme", "acme"), ("acme", "", None),
    ],
)  # fmt: skip
async def test_the_account_may_be_named_in_three_places(
    http: httpx.AsyncClient, world: World, header: str | None, field: str | None, path: str | None
) -> None:
    """One of them is enough; all that do have to agree."""
    answer = await post(
        http,
        world,
        GRANT + ("" if field is None else f"&x-account={field}"),
        path="/oauth2/token" if path is None else f"/accounts/{path}/oauth2/token",
        headers=[] if header is None else [("X-ACCOUNT", header)],
        without=("X-ACCOUNT",),
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("headers", "field", "path"),
    [
        ([], None, None), ([], "", None),
        (["acme", "acme"], None, None), (["acme", "acme"], "acme", "acme"),
        (["acme"], "globex", None), (["acme"], None, "globex"), ([], "acme", "globex"),
        (["globex"], "globex", "acme"),
        ([""], None, "acme"), (["Acme"], None, None), (["a cme"], None, None),
        (["acme/x"], None, None), (["a" * 300], None, None), (["acme"], "ACME", None),
        (["acme"], None, "ACME"), ([], "acme%20", None), ([], "acme%00", None), ([], None, "-"),
        ([], "acme%0A", None),
    ],
)  # fmt: skip
async def test_other_ways_to_name_the_account_are_malformed(
    http: httpx.AsyncClient, world: World, headers: list[str], field: str | None, path: str | None
) -> None:
    """None at all, two that differ, the header twice, or a name that no account could have."""
    answer = await post(
        http,
        world,
        GRANT + ("" if field is None else f"&x-account={field}"),
        path="/oauth2/token" if path is None else f"/accounts/{path}/oauth2/token",
        headers=[("X-ACCOUNT", value) for value in headers],
        without=("X-ACCOUNT",),
    )
    assert_error(answer, 400, "invalid_request")


async def test_a_bad_name_is_told_how_a_name_looks(http: httpx.AsyncClient, world: World) -> None:
    """It is the commonest mistake of a first request."""
    answer = await post(http, world, headers=[("X-ACCOUNT", "Acme")], without=("X-ACCOUNT",))
    assert "lower case and without spaces" in answer.json()["error_description"]


# Method, size, media type, form


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
@pytest.mark.parametrize("path", ["/oauth2/token", "/accounts/acme/oauth2/token"])
async def test_post_only(http: httpx.AsyncClient, method: str, path: str) -> None:
    """405 with Allow, as an OAuth error."""
    answer = await http.request(method, path)
    assert_error(answer, 405, "invalid_request")
    assert answer.headers["allow"] == "POST"


async def test_head_is_refused_like_get(http: httpx.AsyncClient) -> None:
    """RFC 9110 §9.3.2: its answer has no use for a body."""
    answer = await http.head("/oauth2/token")
    assert answer.status_code == 405
    assert_not_kept(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/oauth2/token/", "//oauth2/token", "/OAuth2/token", "/oauth2//token", "/oauth2/Token",
        "/oauth2/token%0A", "/oauth2/token%20", "/accounts/acme/oauth2/token/",
        "/accounts//oauth2/token", "/accounts/acme%2Foauth2/token", "/Accounts/acme/oauth2/token",
        "/oauth2", "/oauth2/token/x",
    ],
)  # fmt: skip
async def test_other_spellings_of_the_path_do_not_exist(
    http: httpx.AsyncClient, world: World, path: str
) -> None:
    """404, never a redirect that would carry the secret elsewhere."""
    answer = await post(http, world, path="https://booking.example.org" + path)
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_the_path_form_ends_where_it_ends(http: httpx.AsyncClient, world: World) -> None:
    """A line feed at its end is not part of it."""
    assert (await post(http, world, path="/accounts/acme/oauth2/token%0A")).status_code == 404


@pytest.mark.parametrize("declared", [True, False])
async def test_sixteen_kilobytes_at_most(
    http: httpx.AsyncClient, world: World, declared: bool
) -> None:
    """By Content-Length at once, and by counting where there is none."""

    async def pieces(body: bytes):
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    for size, status in ((16_384, 200), (16_385, 413), (200_000, 413)):
        body = f"{GRANT}&pad=".encode()
        body += b"x" * (size - len(body))
        answer = await post(http, world, body if declared else pieces(body))  # type: ignore[arg-type]
        assert answer.status_code == status
        assert_not_kept(answer)
    assert_error(answer, 413, "invalid_request")


async def test_a_declared_length_is_refused_unread(world: World) -> None:
    """So that a client that waits for 100 Continue need not send the body."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError("the body was asked for")

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    for length in (b"16385", b"99999999999999999999"):
        scope = {
            "type": "http", "method": "POST", "path": "/oauth2/token", "query_string": b"",
            "headers": [(b"content-length", length), (b"expect", b"100-continue")],
        }  # fmt: skip
        await oauth_app(world.app)(scope, receive, send)
        assert sent[-2]["status"] == 413


@pytest.mark.parametrize(
    "media_type",
    [
        FORM, FORM.upper(), FORM + ";charset=utf-8", FORM + "; charset=UTF-8",
        FORM + " ; Charset=Utf-8", FORM + '; charset="utf-8"',
    ],
)  # fmt: skip
async def test_the_form_in_utf8(http: httpx.AsyncClient, world: World, media_type: str) -> None:
    """With or without charset, in any case."""
    answer = await post(
        http, world, headers=[("Content-Type", media_type)], without=("Content-Type",)
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "media_types",
    [
        [], [""], ["application/json"], ["multipart/form-data; boundary=x"], ["text/plain"],
        [FORM + "; charset=iso-8859-1"], [FORM + "; boundary=x"], [FORM + "x"], [FORM, FORM],
        [FORM + ", application/json"], [FORM + ";charset=utf-8;charset=utf-8"], ["*/*"],
    ],
)  # fmt: skip
async def test_any_other_type_is_malformed(
    http: httpx.AsyncClient, world: World, media_types: list[str]
) -> None:
    """JSON and multipart among them, however good the body is."""
    headers = [("Content-Type", value) for value in media_types]
    answer = await post(http, world, headers=headers, without=("Content-Type",))
    assert_error(answer, 400, "invalid_request")


@pytest.mark.parametrize("query", ["x=1", "grant_type=client_credentials", "x-account=acme", "="])
async def test_a_query_is_refused(http: httpx.AsyncClient, world: World, query: str) -> None:
    """RFC 6749 §2.3.1: credentials in an address end in logs."""
    assert_error(await post(http, world, path=f"/oauth2/token?{query}"), 400, "invalid_request")


@pytest.mark.parametrize(
    "body",
    [
        f"{GRANT}&scope=%", f"{GRANT}&x=%zz", f"{GRANT}&scope=%ff", f"{GRANT}&x=%C0%AF",
        GRANT + "&" + GRANT, f"{GRANT}&scope=&scope=", f"{GRANT}&x-account=acme&x-account=acme",
        f"{GRANT}&client_id=a&client_id=a", f"{GRANT}&client_secret=a&client_secret=b",
        f"{GRANT}&scope={quote(scopes.BOOK)}&sc%6fpe={quote(scopes.BOOK)}",
    ],
)  # fmt: skip
async def test_a_bad_form_is_malformed(http: httpx.AsyncClient, world: World, body: str) -> None:
    """Escapes, UTF-8, a known parameter twice."""
    assert_error(await post(http, world, body), 400, "invalid_request")


async def test_unknown_parameters_are_ignored(http: httpx.AsyncClient, world: World) -> None:
    """RFC 6749 §3.2; also twice, and in the wrong case."""
    body = f"foo=1&foo=2&audience=x&audience=y&Scope=none&{GRANT}"
    assert (await post(http, world, body)).status_code == 200


# The client


async def test_the_secret_may_come_in_the_form(http: httpx.AsyncClient, world: World) -> None:
    """client_secret_post, for clients that cannot do Basic."""
    body = f"{GRANT}&client_id={world.website.client_id}&client_secret={world.secret}"
    answer = await post(http, world, body, without=("Authorization",))
    assert answer.status_code == 200


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "Basic "])
async def test_basic_in_any_case(http: httpx.AsyncClient, world: World, scheme: str) -> None:
    """And form-encoded credentials read the same as raw ones."""
    joined = f"{quote_plus(world.website.client_id)}:{quote_plus(world.secret)}".replace("_", "%5F")
    header = f"{scheme} {b64encode(joined.encode()).decode()}"
    answer = await post(
        http, world, headers=[("Authorization", header)], without=("Authorization",)
    )
    assert answer.status_code == 200


async def test_the_same_client_id_in_the_form_is_fine(
    http: httpx.AsyncClient, world: World
) -> None:
    """Another one is not, nor is a second way to authenticate, nor a second header."""
    same = f"{GRANT}&client_id={world.website.client_id}"
    assert (await post(http, world, same)).status_code == 200
    for body in (
        f"{GRANT}&client_id={world.mobile.client_id}",
        f"{same}&client_secret={world.secret}",
        f"{GRANT}&client_secret={world.secret}",
    ):
        assert_error(await post(http, world, body), 400, "invalid_request")
    twice = [("Authorization", basic(world.website.client_id, world.secret))]
    assert_error(await post(http, world, headers=twice), 400, "invalid_request")
    with_bearer = [("Authorization", "Bearer x")]
    assert_error(await post(http, world, headers=with_bearer), 400, "invalid_request")
    in_form = f"{GRANT}&client_id={world.website.client_id}&client_secret={world.secret}"
    answer = await post(http, world, in_form, headers=with_bearer, without=("Authorization",))
    assert_error(answer, 400, "invalid_request")


async def test_both_live_secrets_let_the_client_in(http: httpx.AsyncClient, world: World) -> None:
    """Until one is revoked."""
    database = world.app.database
    second = await database.write(
        world.acme.id, secret_rotation.make_secret, world.pepper, world.website
    )
    first_id = (await database.read(world.acme.id, secret_rotation.secrets_of, world.website))[0].id

    async def status(secret: str) -> int:
        headers = [("Authorization", basic(world.website.client_id, secret))]
        return (await post(http, world, headers=headers, without=("Authorization",))).status_code

    assert [await status(world.secret), await status(second.text)] == [200, 200]
    await database.write(world.acme.id, secret_rotation.revoke_secret, world.website, first_id)
    assert [await status(world.secret), await status(second.text)] == [401, 200]


# Grant type, grant, scope


@pytest.mark.parametrize("body", ["", "grant_type=", "scope=", "Grant_Type=client_credentials"])
async def test_an_absent_grant_type_is_malformed(
    http: httpx.AsyncClient, world: World, body: str
) -> None:
    """RFC 6749 §5.2: a missing required parameter; an empty one counts as missing."""
    assert_error(await post(http, world, body), 400, "invalid_request")


@pytest.mark.parametrize(
    "name",
    [
        "password", "implicit", "Client_Credentials", "CLIENT_CREDENTIALS", "client_credentials+",
        "client-credentials", "Authorization_Code", "refresh-token", "x",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ],
)  # fmt: skip
async def test_an_unknown_grant_type_is_unsupported(
    http: httpx.AsyncClient, world: World, name: str
) -> None:
    """Wrongly cased ones, password and implicit among them."""
    answer = await post(http, world, f"grant_type={name}")
    assert_error(answer, 400, "unsupported_grant_type")


async def test_a_client_without_the_grant_is_unauthorized(
    http: httpx.AsyncClient, world: World
) -> None:
    """A confidential one that is registered for others, and every public one."""
    document = {**confidential(scopes.BOOK), "grants": ["authorization_code"]}
    client, secret = await world.app.database.write(
        world.acme.id, clients.create, world.pepper, "codes", "Codes", document
    )
    assert secret is not None
    headers = [("Authorization", basic(client.client_id, secret))]
    answer = await post(http, world, headers=headers, without=("Authorization",))
    assert_error(answer, 400, "unauthorized_client")
    body = f"{GRANT}&client_id={world.mobile.client_id}"
    answer = await post(http, world, body, without=("Authorization",))
    assert_error(answer, 400, "unauthorized_client")
    document = {**confidential(scopes.BOOK), "tokenEndpointAuthMethod": "none"}
    client, _ = await world.app.database.write(
        world.acme.id, clients.create, world.pepper, "wrong", "Public with the grant", document
    )
    body = f"{GRANT}&client_id={client.client_id}"
    answer = await post(http, world, body, without=("Authorization",))
    assert_error(answer, 400, "unauthorized_client")


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, scopes.BOOKING),
        ("", scopes.BOOKING),
        (scopes.CANCEL, (scopes.CANCEL,)),
        (f"{scopes.CANCEL} {scopes.BOOK}", (scopes.CANCEL, scopes.BOOK)),
        (f"{scopes.BOOK} {scopes.BOOK}", (scopes.BOOK,)),
        (" ".join(scopes.BOOKING), scopes.BOOKING),
    ],
)
async def test_the_answer_says_what_was_granted(
    http: httpx.AsyncClient, world: World, asked: str | None, granted: tuple[str, ...]
) -> None:
    """Everything when nothing was asked; else what was asked, in its order, once."""
    body = GRANT if asked is None else f"{GRANT}&scope={quote_plus(asked)}"
    answer = await post(http, world, body)
    assert answer.json()["scope"] == " ".join(granted)
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert claims["scope"] == " ".join(granted)


@pytest.mark.parametrize(
    "asked",
    [
        scopes.ADMIN_READ, f"{scopes.BOOK} {scopes.ADMIN_READ}", f"{scopes.BOOK} unknown",
        scopes.BOOK.upper(), "*", f"{scopes.BOOK}  {scopes.CANCEL}", f" {scopes.BOOK}",
        f"{scopes.BOOK} ", f"{scopes.BOOK}\t{scopes.CANCEL}", f"{scopes.BOOK},{scopes.CANCEL}",
        f"{scopes.BOOK}\n{scopes.CANCEL}", " ",
    ],
)  # fmt: skip
async def test_one_bad_scope_refuses_all(http: httpx.AsyncClient, world: World, asked: str) -> None:
    """Unknown, not allowed to this client, or badly separated."""
    assert_error(
        await post(http, world, f"{GRANT}&scope={quote_plus(asked)}"), 400, "invalid_scope"
    )


async def test_a_scope_that_was_taken_away_is_not_issued(
    http: httpx.AsyncClient, world: World
) -> None:
    """The client's scopes are those of this moment."""
    document = confidential(scopes.BOOK)
    await world.app.database.write(
        world.acme.id, clients.change, world.website, "Website", document
    )
    assert (await post(http, world)).json()["scope"] == scopes.BOOK
    answer = await post(http, world, f"{GRANT}&scope={quote_plus(scopes.CANCEL)}")
    assert_error(answer, 400, "invalid_scope")


# What it leaves behind


async def test_no_row_is_written_for_a_token(http: httpx.AsyncClient, world: World) -> None:
    """Only the secret's last use, and that later."""
    before = _rows(world)
    for _ in range(3):
        assert (await post(http, world)).status_code == 200
    assert _rows(world) == before


def _rows(world: World) -> str:
    return content(world.app.settings.database_url)


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_database_that_is_gone_is_a_temporary_fault(
    http: httpx.AsyncClient, world: World
) -> None:
    """As an OAuth error with Retry-After; malformed requests are still told so."""
    world.app.database._reader.close()  # type: ignore[attr-defined]
    answer = await post(http, world)
    assert_error(answer, 503, "temporarily_unavailable")
    assert answer.headers["retry-after"] == "1"
    assert_error(await post(http, world, "%"), 400, "invalid_request")


async def test_the_issuer_is_configured_not_asked_for(
    http: httpx.AsyncClient, world: World
) -> None:
    """Whatever Host and the forwarding headers say."""
    answer = await post(
        http,
        world,
        headers=[("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"),
                 ("Forwarded", "host=evil.example")],
    )  # fmt: skip
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert (claims["iss"], claims["aud"]) == (f"{PUBLIC_URL}/accounts/acme", PUBLIC_URL)
    assert json.dumps(claims).count("evil") == 0
