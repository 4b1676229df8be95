"""The addresses of the messages."""

from openslot.web.console.frame.address import SETS_UP, Address
from openslot.web.console.frame.console import Console
from openslot.web.console.message_texts.settings_page import PATH, MessageSettings
from openslot.web.console.message_texts.text_page import TextPage


def routes(console: Console) -> dict[str, Address]:
    """By path."""
    settings, text = MessageSettings(console), TextPage(console)
    return {
        PATH: Address(SETS_UP, get=settings.show, post=settings.save),
        f"{PATH}/{{kind}}/{{channel}}/{{locale}}": Address(SETS_UP, get=text.show, post=text.take),
    }
