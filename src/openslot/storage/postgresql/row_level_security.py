"""A second line between accounts on PostgreSQL: it shows a transaction the rows of its account.

The first line is `:account_id` in every statement. A statement that forgets it, or names another
account, finds nothing here and can write nothing. Transactions across accounts say so.

A superuser, or a role with BYPASSRLS, is not held back: the service has a role without either.
"""

from openslot.storage.statements import SystemStatement
from openslot.storage.tables import tables
from openslot.storage.transactions import SchemaMismatch

_ACROSS = "*"  # no account has such an id
# Asked once a row; an OR of two comparisons costs each statement twice as much, mostly in planning.
_SHOWN = "current_setting('openslot.account', true)"

GUARDED = SystemStatement("""
    SELECT relname FROM pg_class AS t
    WHERE relnamespace = CAST(current_schema() AS regnamespace)
      AND relrowsecurity AND relforcerowsecurity
      AND EXISTS (SELECT FROM pg_policy WHERE polrelid = t.oid AND polname = 'of_account')
""")


def shown(account_id: str | None) -> str:
    """The statement that shows the open transaction the rows of an account; None: of all.

    What it sets ends with the transaction, so that a pooler hands it to no other client.
    """
    whose = _ACROSS if account_id is None else account_id.replace("'", "''")
    return f"SET LOCAL openslot.account = '{whose}'"


def policies(guarded: set[str]) -> str:
    """The statements that guard the accounts' tables except those that are guarded already."""
    return ";".join(
        f"""
        ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS of_account ON {table.name};
        CREATE POLICY of_account ON {table.name}
            USING (CASE {_SHOWN} WHEN {table.account} THEN true
                                 WHEN '{_ACROSS}' THEN true ELSE false END)
        """
        for table in tables()
        if table.account is not None and table.name not in guarded
    )


def check(database: str, guarded: set[str]) -> None:
    """Passes when every table of accounts is guarded; `database` begins a sentence.

    Raises:
        SchemaMismatch: one is not.
    """
    bare = {table.name for table in tables() if table.account is not None} - guarded
    if bare:
        raise SchemaMismatch(
            f"{database} does not separate the accounts' rows in {', '.join(sorted(bare))}: "
            "run `openslot migrate`"
        )
