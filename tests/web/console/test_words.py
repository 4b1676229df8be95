"""The console's words, complete in each language; each room has a catalogue of its own."""

from importlib import resources
from pathlib import Path

import pytest

from openslot.web.console.frame.formats.languages import LANGUAGES

from ..said_texts import said_texts, translated_texts

CONSOLE = Path(str(resources.files("openslot.web.console")))
FRAME = "frame"
_OF_FRAME = ("frame", "sign_in")  # rooms whose words are in the catalogue of the frame


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_room_has_its_words(language: str) -> None:
    folder = CONSOLE / "locale" / language
    catalogues = {file.stem: translated_texts(file, language) for file in folder.glob("*.po")}
    shared = catalogues.pop(FRAME)
    rooms = {path.parent.name for path in CONSOLE.glob("*/__init__.py")} - set(_OF_FRAME)
    said_anywhere = set[str]().union(
        *(said_texts(CONSOLE / room) for room in rooms | {FRAME, "sign_in"})
    )
    assert len(said_anywhere) > 30
    for room in _OF_FRAME:
        assert said_texts(CONSOLE / room) - shared == set(), room
    for room in sorted(rooms):
        own, said = catalogues.pop(room, set()), said_texts(CONSOLE / room)
        assert said - own - shared == set(), room
        assert own - said == set(), f"{room} has words that it does not say"
        assert own & shared == set(), f"{room} translates again what the frame says"
    assert catalogues == {}, "catalogues of no room"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_text_is_translated_alike_everywhere(language: str) -> None:
    """All catalogues become one: two translations of a text would hide one another."""
    seen: dict[str, str] = {}
    for file in sorted((CONSOLE / "locale" / language).glob("*.po")):
        for text in translated_texts(file, language):
            assert text not in seen, f"{text!r} is in {seen[text]} and {file.name}"
            seen[text] = file.name
