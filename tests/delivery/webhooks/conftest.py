"""An installation that sends for real, on each kind of database."""

from collections.abc import AsyncIterator, Callable

import pytest

from ..installation import Outside, outside


@pytest.fixture
async def out(empty: Callable[[], str]) -> AsyncIterator[Outside]:
    """An installation on each kind of database."""
    async with outside(empty()) as made:
        yield made
