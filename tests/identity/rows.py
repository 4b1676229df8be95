"""Rows made older than they are: real time is not to be turned, and tests cannot wait."""

from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import Database, SystemTx


async def age(database: Database, table: str, column: str, by_ms: int) -> None:
    """Takes so many milliseconds off an instant of every row of a table."""
    statement = SystemStatement(
        f"UPDATE {table} SET {column} = {column} - {by_ms}"  # noqa: S608
    )

    def work(tx: SystemTx) -> None:
        assert tx.run(statement) > 0

    await database.write_system("a test", work)
