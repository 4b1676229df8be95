"""What is said where somebody else was faster."""

from openslot.web.page_kit.language.vocabulary import Words


def stale_notice(words: Words) -> str:
    """For the page that shows what is true now."""
    return words.say(
        "Somebody changed this meanwhile. Nothing of yours was saved; it is like this now."
    )
