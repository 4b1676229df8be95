"""Rows of accounts, and their removal from every table."""

from functools import cache

from openslot.kernel.clock import Millis
from openslot.storage import accounts
from openslot.storage.accounts import Account, account_of
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.tables import tables
from openslot.storage.transactions import AccountTx, SystemTx

_BY_NAME = SystemStatement(f"SELECT {accounts.COLUMNS} FROM accounts WHERE name = :name")  # noqa: S608

_ALL = SystemStatement(f"SELECT {accounts.COLUMNS} FROM accounts ORDER BY name")  # noqa: S608

# Only a guess: whoever reads the rows looks at what they say.
_LISTED = SystemStatement(f"""
    SELECT {accounts.COLUMNS} FROM accounts
    WHERE suspended_at IS NULL AND document LIKE '%"listed"%' ORDER BY name LIMIT :most
""")  # noqa: S608

_PAGE = SystemStatement(
    f"SELECT {accounts.COLUMNS} FROM accounts WHERE id > :after ORDER BY id LIMIT :most"  # noqa: S608
)

_INSERT = SystemStatement("""
    INSERT INTO accounts (id, name, sandbox, suspended_at, clock_frozen_at, clock_offset_ms,
                          catalogue_version, document, created_at)
    VALUES (:id, :name, :sandbox, NULL, NULL, 0, 0, :document, :created_at)
    ON CONFLICT (name) DO NOTHING
""")

# Only a sandbox has a clock of its own.
_UPDATE = AccountStatement("""
    UPDATE accounts SET
        document = :document,
        sandbox = :sandbox,
        clock_frozen_at = CASE WHEN :sandbox = 1 THEN clock_frozen_at END,
        clock_offset_ms = CASE WHEN :sandbox = 1 THEN clock_offset_ms ELSE 0 END
    WHERE id = :account_id
""")

_SET_SUSPENDED_AT = AccountStatement(
    "UPDATE accounts SET suspended_at = :suspended_at WHERE id = :account_id"
)

# Tokens are stamped with this instant at least, so it never goes back.
_REVOKE_TOKENS = AccountStatement("""
    UPDATE accounts
    SET revoked_before = CASE WHEN revoked_before < :before THEN :before
                              ELSE revoked_before + 1 END
    WHERE id = :account_id
""")

_DELETE = AccountStatement("DELETE FROM accounts WHERE id = :account_id")


def by_name(tx: SystemTx, name: str) -> Account | None:
    """The account with this name."""
    row = tx.one(_BY_NAME, name=name)
    return None if row is None else account_of(row)


def listed_ones(tx: SystemTx, most: int) -> list[Account]:
    """Accounts whose page may be named to everybody, by name."""
    return [account_of(row) for row in tx.all(_LISTED, most=most)]


def all_accounts(tx: SystemTx) -> list[Account]:
    """Every account, by name."""
    return [account_of(row) for row in tx.all(_ALL)]


def page(tx: SystemTx, after: str, most: int) -> list[Account]:
    """The next accounts by id, those after an id."""
    return [account_of(row) for row in tx.all(_PAGE, after=after, most=most)]


def insert(tx: SystemTx, account_id: str, name: str, document: str, *, sandbox: bool) -> bool:
    """Adds an account; False: the name is taken."""
    inserted = tx.run(
        _INSERT,
        id=account_id,
        name=name,
        sandbox=int(sandbox),
        document=document,
        created_at=tx.real_now,
    )
    return inserted == 1


def update(tx: AccountTx, document: str, *, sandbox: bool) -> None:
    """Replaces the account's document."""
    tx.run(_UPDATE, document=document, sandbox=int(sandbox))


def set_suspended_at(tx: AccountTx, suspended_at: Millis | None) -> None:
    """Suspends the account since an instant, or resumes it."""
    tx.run(_SET_SUSPENDED_AT, suspended_at=suspended_at)


def revoke_tokens(tx: AccountTx, before: Millis) -> None:
    """Ends the account's tokens issued before an instant."""
    tx.run(_REVOKE_TOKENS, before=before)


def delete(tx: AccountTx) -> None:
    """Removes every row of the account, one statement per table."""
    for statement in _delete_from_all():
        tx.run(statement)
    tx.run(_DELETE)


@cache
def _delete_from_all() -> tuple[AccountStatement, ...]:
    """A statement for every table that the migrations make with an account's rows."""
    return tuple(
        AccountStatement(f"DELETE FROM {table.name} WHERE account_id = :account_id")  # noqa: S608
        for table in tables()
        if table.account == "account_id"
    )
