"""People of each role, signed in to the console of `acme`."""

from collections.abc import Awaitable, Callable

import pytest

from ..site import Site
from .clerk import Clerk, signed_in

Staff = Callable[[str], Awaitable[Clerk]]


@pytest.fixture(scope="session")
def staff(shared: Site) -> Staff:
    """Signs in somebody of a role; everybody of a role is the same person for all tests."""
    known: dict[str, Clerk] = {}

    async def of_role(role: str) -> Clerk:
        if role not in known:
            known[role] = await signed_in(shared, role)
        return known[role]

    return of_role
