"""What was done a moment ago is known before something is shown that follows from it."""

from openslot.app import App
from openslot.storage.journal import events


async def dispatch_first(app: App, account_id: str) -> None:
    """Gives events that wait for their position one, and whoever is told of them their messages."""
    while await app.database.write_concurrently(account_id, app.dispatch) == events.MOST_DISPATCHED:
        pass
