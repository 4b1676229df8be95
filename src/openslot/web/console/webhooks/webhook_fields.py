"""The form of a webhook: its fields, and the account file's words for them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.delivery.model.webhook import EVERY_TYPE, WebhookContent
from openslot.scheduling.model.events import TYPES
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.language.vocabulary import Words

FIELDS = ("url", "events", "includeCustomer", "description", "version")
_ON = "yes"


def stored_fields(content: WebhookContent) -> dict[str, str | Sequence[str]]:
    """What the fields show of a webhook."""
    return {
        "url": content.url,
        "events": content.events,
        "includeCustomer": _ON if content.include_customer else "",
        "description": content.description,
    }


def entry_of(form: FieldPairs) -> dict[str, Any]:
    """The fields of a form as the account file has them."""
    return {
        "url": form.one("url").strip(),
        "events": list(form.all("events")),
        "includeCustomer": form.one("includeCustomer") == _ON,
        "description": form.one("description").strip(),
    }


def choices(words: Words) -> Mapping[str, Any]:
    """What a form of a webhook offers."""
    every = (EVERY_TYPE, words.say("Every event"))
    return {"types": [every, *((type_, type_) for type_ in TYPES)]}
