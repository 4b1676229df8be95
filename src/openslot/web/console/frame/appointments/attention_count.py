"""How many appointments need somebody, for the navigation of every page."""

from openslot.delivery.messages.bounces import bounced_from
from openslot.scheduling.views import attention
from openslot.storage.transactions import AccountTx


def attention_count(tx: AccountTx) -> int:
    """Those of the whole account, each counted once."""
    bounced = attention.ids_to_come(tx, bounced_from(tx, attention.next_minute(tx)))
    return len(attention.conflicted_ids(tx) | bounced)
