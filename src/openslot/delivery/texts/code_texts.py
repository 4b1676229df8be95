"""What a mail with a code says. Pure."""

from dataclasses import dataclass

from openslot.delivery.texts.locales import own_words
from openslot.delivery.texts.product_texts import ProductText


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """A code and who sends it; `locale` is what `locale_of_text` chose."""

    locale: str
    sender_name: str
    digits: str


def code_text(facts: CodeFacts) -> ProductText:
    """The text, in the language of the facts."""
    say = own_words(facts.locale)
    heading = say("Your code is {code}").replace("{code}", facts.digits)
    return ProductText(
        subject=heading,
        heading=heading,
        greeting=say(
            "Enter it where you were asked for it within 20 minutes. "
            "If you did not ask for a code, you need not do anything."
        ),
        rows=[],
        action="",
        url="",
        sender=facts.sender_name,
    )
