"""What a user prefers of the console's look."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preferences:
    """ "" is as the browser or the system says."""

    language: str = ""  # "en", "nl", "de"
    appearance: str = ""  # "light", "dark"
    letter_keys: bool = True
