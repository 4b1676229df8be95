"""Rows of grants: what users have let clients do, one per family of refresh tokens."""

from collections.abc import Sequence

from openslot.identity.model.grant import Grant
from openslot.storage.connection import Row
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_COLUMNS = (
    "id, client_id, user_id, scopes, signed_in_at, created_at, dpop_jkt, seed, generation, "
    "rotated_at, ended_at"
)

_BY_ID = AccountStatement(
    f"SELECT {_COLUMNS} FROM grants WHERE account_id = :account_id AND id = :id"  # noqa: S608
)

_LIVE_OF_USER = AccountStatement(f"""
    SELECT {_COLUMNS} FROM grants
    WHERE account_id = :account_id AND user_id = :user_id AND ended_at IS NULL
    ORDER BY id DESC LIMIT :most
""")  # noqa: S608

_INSERT = AccountStatement(f"""
    INSERT INTO grants (account_id, {_COLUMNS})
    VALUES (:account_id, :id, :client_id, :user_id, :scopes, :signed_in_at, :created_at,
            :dpop_jkt, :seed, 0, :created_at, NULL)
""")  # noqa: S608

_ROTATE = AccountStatement("""
    UPDATE grants SET generation = generation + 1, rotated_at = :at
    WHERE account_id = :account_id AND id = :id AND generation = :generation
""")

_END = AccountStatement("""
    UPDATE grants SET ended_at = :at
    WHERE account_id = :account_id AND id = :id AND ended_at IS NULL
""")

_END_OF_USER = AccountStatement("""
    UPDATE grants SET ended_at = :at
    WHERE account_id = :account_id AND user_id = :user_id AND ended_at IS NULL
""")

_END_OF_CLIENT = AccountStatement("""
    UPDATE grants SET ended_at = :at
    WHERE account_id = :account_id AND client_id = :client_id AND ended_at IS NULL
""")

_END_ALL = AccountStatement("""
    UPDATE grants SET ended_at = :at WHERE account_id = :account_id AND ended_at IS NULL
""")


def by_id(tx: AccountTx, grant_id: str) -> Grant | None:
    """The grant with this id, ended or not."""
    row = tx.one(_BY_ID, id=grant_id)
    return None if row is None else _grant_of(row)


def live_of_user(tx: AccountTx, user_id: str, most: int) -> Sequence[Grant]:
    """Those of a user that have not been ended, the newest first."""
    return [_grant_of(row) for row in tx.all(_LIVE_OF_USER, user_id=user_id, most=most)]


def insert(tx: AccountTx, grant: Grant) -> None:
    """Adds a grant at generation 0."""
    tx.run(
        _INSERT,
        id=grant.id,
        client_id=grant.client_id,
        user_id=grant.user_id,
        scopes=" ".join(grant.scopes),
        signed_in_at=grant.signed_in_at,
        created_at=grant.created_at,
        dpop_jkt=grant.dpop_jkt,
        seed=grant.seed,
    )


def rotate(tx: AccountTx, grant: Grant) -> bool:
    """Makes the next refresh token the one that counts; False: it has been done already."""
    return tx.run(_ROTATE, id=grant.id, generation=grant.generation, at=tx.real_now) == 1


def end(tx: AccountTx, grant_id: str) -> bool:
    """Ends a grant permanently; False: it had ended, or there is none."""
    return tx.run(_END, id=grant_id, at=tx.real_now) == 1


def end_of_user(tx: AccountTx, user_id: str) -> None:
    """Ends all of a user's."""
    tx.run(_END_OF_USER, user_id=user_id, at=tx.real_now)


def end_of_client(tx: AccountTx, client_id: str) -> None:
    """Ends all of a client's."""
    tx.run(_END_OF_CLIENT, client_id=client_id, at=tx.real_now)


def end_all(tx: AccountTx) -> None:
    """Ends all of the account's."""
    tx.run(_END_ALL, at=tx.real_now)


def _grant_of(row: Row) -> Grant:
    return Grant(
        id=row[0],
        client_id=row[1],
        user_id=row[2],
        scopes=tuple(row[3].split(" ")),
        signed_in_at=row[4],
        created_at=row[5],
        dpop_jkt=row[6],
        seed=bytes(row[7]),
        generation=row[8],
        rotated_at=row[9],
        ended_at=row[10],
    )
