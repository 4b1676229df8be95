"""What the operator's commands leave in the audit trail."""

from openslot.identity import accounts
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditEntry, AuditFilter
from openslot.storage.sqlite.database import SqliteDatabase

from .conftest import Operator
from .files import BOOK, account_file
from .running import on


def trail(operator: Operator) -> list[AuditEntry]:
    """Acme's events, the oldest first."""

    async def work(database: SqliteDatabase) -> list[AuditEntry]:
        account = await database.read_system("a test", accounts.by_name, "acme")
        assert account is not None
        return await database.read(account.id, audit.events, AuditFilter(), 1000)

    return on(operator.database, work)[::-1]


def test_commands_write_the_same_events_as_the_api(operator: Operator) -> None:
    start = len(trail(operator))
    [made] = operator.asks("client", "create", "acme", "kiosk", "--scope", BOOK)["clients"]
    [first] = operator.asks("client", "list", "acme", "kiosk")
    operator.runs("client", "rotate-secret", "acme", "kiosk")
    operator.runs("client", "revoke-secret", "acme", "kiosk", first["id"])
    [key] = operator.asks("client", "make-api-key", "acme", "kiosk", "main")["apiKeys"]
    operator.runs("client", "revoke-api-key", "acme", "kiosk", "main")
    operator.runs("client", "revoke-tokens", "acme", "kiosk")
    operator.runs("client", "disable", "acme", "kiosk")
    operator.runs("client", "enable", "acme", "kiosk")
    operator.runs("account", "suspend", "acme")
    operator.runs("account", "resume", "acme")
    operator.runs("account", "revoke-tokens", "acme")
    found = trail(operator)[start:]
    assert [event.type for event in found] == [
        "client.created", "secret.made", "secret.rotated", "secret.revoked",
        "api_key.made", "api_key.revoked",
        "client.tokens_revoked", "client.disabled", "client.enabled", "account.suspended",
        "account.resumed", "account.tokens_revoked",
    ]  # fmt: skip
    assert {event.client for event in found[:9]} == {made["clientId"]}
    assert {(event.actor_type, event.actor_id) for event in found} == {("operator", "operator")}
    assert made["clientSecret"] not in repr(found)
    assert key["apiKey"] not in repr(found)


def test_an_account_file_that_is_applied(operator: Operator) -> None:
    types = [event.type for event in trail(operator)]
    assert types == [
        "account.created", "catalogue.changed", "client.created", "secret.made", "client.created",
    ]  # fmt: skip
    operator.runs("apply", operator.writes("acme.yaml", account_file("acme")))
    assert len(trail(operator)) == len(types)
