"""When client secrets and API keys were last used, in their rows."""

import json
from collections.abc import Sequence

from openslot.identity.model.client_secret import SecretUse
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SystemTx

CLIENT_SECRETS = "client_secrets"
API_KEYS = "api_keys"


def _never_used(table: str) -> SystemStatement:
    return SystemStatement(f"""
        SELECT {table}.id
        FROM json_each(:uses) AS used
        JOIN {table}
            ON {table}.account_id = used.value ->> 0
            AND {table}.client_id = used.value ->> 1
            AND {table}.id = used.value ->> 2
        WHERE {table}.last_used_at IS NULL
    """)  # noqa: S608


def _mark_used(table: str) -> SystemStatement:
    return SystemStatement(f"""
        UPDATE {table} SET last_used_at = used.at
        FROM (
            SELECT value ->> 0 AS account_id, value ->> 1 AS client_id, value ->> 2 AS id,
                   CAST(value ->> 3 AS BIGINT) AS at
            FROM json_each(:uses)
        ) AS used
        WHERE {table}.account_id = used.account_id
          AND {table}.client_id = used.client_id
          AND {table}.id = used.id
          AND ({table}.last_used_at IS NULL OR {table}.last_used_at < used.at)
    """)  # noqa: S608


_TABLES = (CLIENT_SECRETS, API_KEYS)
_NEVER_USED = {table: _never_used(table) for table in _TABLES}
_MARK_USED = {table: _mark_used(table) for table in _TABLES}


def first_uses(tx: SystemTx, table: str, uses: Sequence[SecretUse]) -> list[SecretUse]:
    """Those uses whose secret had not been used before."""
    never_used = {row[0] for row in tx.all(_NEVER_USED[table], uses=_json(uses))}
    return [use for use in uses if use.secret_id in never_used]


def mark_used(tx: SystemTx, table: str, uses: Sequence[SecretUse]) -> None:
    """Moves last uses forward, many at once; a secret that is gone stays gone."""
    tx.lock("last uses of secrets")  # two that met on the same rows would wait for each other
    tx.run(_MARK_USED[table], uses=_json(uses))


def _json(uses: Sequence[SecretUse]) -> str:
    return json.dumps([[use.account_id, use.client_id, use.secret_id, use.at] for use in uses])
