"""What a user prefers of the console's look."""

from dataclasses import dataclass

LANGUAGES = ("en", "nl", "de")
APPEARANCES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Preferences:
    """ "" is as the browser or the system says."""

    language: str = ""  # of LANGUAGES
    appearance: str = ""  # of APPEARANCES
    letter_keys: bool = True
