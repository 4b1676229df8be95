"""Rows of authorization codes: digests, never codes."""

from openslot.identity.model.authorization_code import AuthorizationCode
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_COLUMNS = (
    "digest, client_id, user_id, redirect_uri, code_challenge, dpop_jkt, scopes, signed_in_at, "
    "expires_at, used_at, grant_id"
)

_BY_DIGEST = AccountStatement(f"""
    SELECT {_COLUMNS} FROM authorization_codes
    WHERE account_id = :account_id AND digest = :digest
""")  # noqa: S608

_INSERT = AccountStatement(f"""
    INSERT INTO authorization_codes (account_id, {_COLUMNS})
    VALUES (:account_id, :digest, :client_id, :user_id, :redirect_uri, :code_challenge, :dpop_jkt,
            :scopes, :signed_in_at, :expires_at, NULL, NULL)
""")  # noqa: S608

_USE = AccountStatement("""
    UPDATE authorization_codes SET used_at = :at, grant_id = :grant_id
    WHERE account_id = :account_id AND digest = :digest AND used_at IS NULL
""")


def by_digest(tx: AccountTx, digest: bytes) -> AuthorizationCode | None:
    """The code with this digest, used or not."""
    row = tx.one(_BY_DIGEST, digest=digest)
    if row is None:
        return None
    return AuthorizationCode(
        digest=bytes(row[0]),
        client_id=row[1],
        user_id=row[2],
        redirect_uri=row[3],
        code_challenge=row[4],
        dpop_jkt=row[5],
        scopes=tuple(row[6].split(" ")),
        signed_in_at=row[7],
        expires_at=row[8],
        used_at=row[9],
        grant_id=row[10],
    )


def insert(tx: AccountTx, code: AuthorizationCode) -> None:
    """Adds a code that nobody has used."""
    tx.run(
        _INSERT,
        digest=code.digest,
        client_id=code.client_id,
        user_id=code.user_id,
        redirect_uri=code.redirect_uri,
        code_challenge=code.code_challenge,
        dpop_jkt=code.dpop_jkt,
        scopes=" ".join(code.scopes),
        signed_in_at=code.signed_in_at,
        expires_at=code.expires_at,
    )


def use(tx: AccountTx, digest: bytes, grant_id: str | None) -> bool:
    """Uses a code up, for a grant or for nothing; False: it was used before."""
    return tx.run(_USE, digest=digest, grant_id=grant_id, at=tx.real_now) == 1
