"""The database that the settings name: opened, copied, checked.

Commands need no more of the installation, so nothing of the capabilities is imported here.
"""

from pathlib import Path

from openslot.settings import Settings, SettingsError
from openslot.storage.copying import Copying
from openslot.storage.damage import Integrity
from openslot.storage.sqlite import file_lock
from openslot.storage.sqlite.copying import SqliteCopying
from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.sqlite.integrity import check_database
from openslot.storage.transactions import Database


def open_database(settings: Settings, *, make: bool = True) -> Database:
    """The database that the settings name; `make` makes an embedded one that is not there.

    Raises:
        SettingsError: the address is of no known kind, or cannot be read.
        DatabaseUnavailable: it cannot be opened.
    """
    url = settings.database_url
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")), make=make)
    if url.startswith(("postgresql://", "postgres://")):
        # Whoever keeps everything in a file need not wait for the driver to be loaded.
        from openslot.storage.postgresql.database import PostgresqlDatabase  # noqa: PLC0415

        return PostgresqlDatabase(url, connections=settings.database_connections)
    raise SettingsError(
        "OPENSLOT_DATABASE_URL has to begin with sqlite:/// or postgresql://; "
        f"it is {url.split(':', 1)[0]}:…"
    )


def open_copying(settings: Settings) -> Copying:
    """The database that the settings name, as what is copied from and into.

    It is there already, and has been opened with `open_database` before.
    """
    url = settings.database_url
    if url.startswith("sqlite:///"):
        return SqliteCopying(Path(url.removeprefix("sqlite:///")))
    from openslot.storage.postgresql.copying import PostgresqlCopying  # noqa: PLC0415

    return PostgresqlCopying(url)


def check_integrity(settings: Settings) -> Integrity:
    """Has the engine check the database that the settings name; takes as long as reading it all.

    Raises:
        DatabaseUnavailable: it is not there, or cannot be read for another reason than damage.
    """
    url = settings.database_url
    if url.startswith("sqlite:///"):
        return check_database(Path(url.removeprefix("sqlite:///")))
    from openslot.storage.postgresql import integrity  # noqa: PLC0415

    return integrity.check_database(url)


def refuse_if_in_use(settings: Settings) -> None:
    """Passes when no other process uses the database that the settings name.

    Raises:
        DatabaseInUse: one does.
        DatabaseUnavailable: nobody can say so.
    """
    url = settings.database_url
    if url.startswith("sqlite:///"):
        file_lock.refuse_if_in_use(Path(url.removeprefix("sqlite:///")))
        return
    from openslot.storage.postgresql import usage  # noqa: PLC0415

    usage.refuse_if_in_use(url)
