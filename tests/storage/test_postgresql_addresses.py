"""What an address of PostgreSQL may say: several hosts, and how long is waited for them."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from openslot.storage.postgresql.connection import PostgresqlConnection
from openslot.storage.postgresql.database import PostgresqlDatabase
from postgresql import Server

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture
def url(postgresql: Callable[[], Server]) -> Iterator[str]:
    """An empty database."""
    with postgresql().database() as url:
        yield url


def with_settings(url: str, **settings: str) -> str:
    """An address with more in it; libpq takes both forms of it."""
    return psycopg.conninfo.make_conninfo(url, **settings)


async def test_of_several_hosts_the_one_that_takes_writes_is_found(url: str) -> None:
    """As after a failover: the first is gone. A server that only reads is no good."""
    host = psycopg.conninfo.conninfo_to_dict(url)["host"]
    several = f"/nowhere,{host},{host}"
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    database = PostgresqlDatabase(
        with_settings(url, host=several, target_session_attrs="read-write")
    )
    try:
        assert await database.migrate()
        await database.check_schema()
    finally:
        await database.close()
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    closed = with_settings(url, host=several, target_session_attrs="read-write")
    with pytest.raises(psycopg.OperationalError, match="read-only"):
        await PostgresqlConnection.open(closed)


async def test_a_machine_that_is_gone_is_given_up_in_seconds(url: str) -> None:
    """The system itself would look for it for a quarter of an hour."""
    assert await in_force(url) == {"tcp_user_timeout": "10000", "keepalives_idle": "5"}
    own = with_settings(url, tcp_user_timeout="3000")
    assert await in_force(own) == {"tcp_user_timeout": "3000", "keepalives_idle": "5"}


async def in_force(url: str) -> dict[str, str]:
    """What a connection goes by."""
    connection = await PostgresqlConnection.open(url)
    try:
        told = connection._raw.info.get_parameters()
    finally:
        await connection.close()
    return {name: told[name] for name in ("tcp_user_timeout", "keepalives_idle")}
