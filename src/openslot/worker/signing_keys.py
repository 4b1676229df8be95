"""Signing keys are announced, change over and are removed in time."""

from openslot.app import App
from openslot.identity.keys import rotation


async def tend_signing_keys(app: App) -> None:
    """Does what is due of the signing keys' life."""
    await rotation.tend(app.database, app.keys)
