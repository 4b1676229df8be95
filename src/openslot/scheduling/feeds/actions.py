"""What can be done with feeds."""

from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.kernel.page import Page, read_page
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE
from openslot.scheduling.feeds import feeds
from openslot.scheduling.model.feeds.feed import Feed, FeedContent
from openslot.scheduling.store import feeds as store
from openslot.storage.collection import ItemPlace, Listing, Write, Written, collection_actions
from openslot.storage.transactions import AccountTx


class Feeds:
    """The account's feeds. Their content is a `FeedContent`; what changes is their token."""

    def page(self, tx: AccountTx, listing: Listing) -> Page[Feed]:
        """Feeds in the order in which they were made."""
        return read_page(listing.limit, lambda most: store.page(tx, listing.after, most))

    def find(self, tx: AccountTx, place: ItemPlace) -> Feed:
        """One of them. Raises NotFound."""
        return feeds.by_id(tx, place.item_id)

    def create(self, tx: AccountTx, actor: Actor, write: Write[Feed]) -> Written[Feed]:
        """Makes one; its token is shown once. Raises InsufficientScope, NotFound."""
        write.replay(tx)
        content: FeedContent = write.content(tx, None)
        feed, token = feeds.create(tx, actor, content)
        created = Change("feed", feeds.key_of(tx, content), "created")
        return Written(feed, (created,), shown_once={"token": token})

    def change(self, tx: AccountTx, actor: Actor, item: Feed, _: Write[Feed]) -> Written[Feed]:
        """Gives it another token, which is shown once. Raises InsufficientScope."""
        feed, token = feeds.rotate(tx, actor, item)
        return Written(feed, (Change("feed", feed.id, "changed"),), shown_once={"token": token})

    def delete(self, tx: AccountTx, actor: Actor, item: Feed, _: Write[Feed]) -> Written[Feed]:
        """Ends it."""
        feeds.revoke(tx, actor, item)
        return Written(item, (Change("feed", item.id, "deleted"),))


FEEDS = collection_actions("feeds", Feeds(), (ADMIN_READ, ADMIN_WRITE), (ADMIN_WRITE,))
