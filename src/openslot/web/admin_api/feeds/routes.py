"""The routes of feeds."""

from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import NotFound
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.feeds.actions import FEEDS
from openslot.scheduling.model.feeds.feed import FeedChanged
from openslot.web.admin_api.feeds import feeds
from openslot.web.admin_api.feeds.feeds import COLLECTION
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route

_SHOWN = {
    "ETag": "The version, for If-Match",
    "Cache-Control": "It holds a secret: it must not be stored",
}

ROUTES: tuple[AnyRoute, ...] = (
    COLLECTION.list,
    COLLECTION.create,
    COLLECTION.get,
    COLLECTION.delete,
    Route(
        "POST", f"{COLLECTION.item_path}/rotate", FEEDS.change,
        COLLECTION.read_write, feeds.respond_rotated,
        "Give a feed another address",
        "It is shown in this response alone; the old one is dead at once.",
        Accepts(query=WriteQuery), Returns(feeds.MadeFeed, headers=_SHOWN),
        (NotFound, IdempotencyKeyReused, FeedChanged, InsufficientScope),
        shows_secret=True,
    ),
)  # fmt: skip
