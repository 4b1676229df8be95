"""A database file of each test's own, with one table of notes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openslot.storage.sqlite.database import SqliteDatabase

from .notes import Notes


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncIterator[Notes]:
    """An open file."""
    notes = Notes(SqliteDatabase(tmp_path / "notes.db"))
    await notes.make()
    yield notes
    await notes.database.close()
