"""The page's words, complete in each language that it speaks."""

from importlib import resources
from pathlib import Path

import pytest

from openslot.account_file.booking_page.page_languages import WRITTEN

from ..said_texts import said_texts, translated_texts

ROOM = Path(str(resources.files("openslot.web.booking_page")))


@pytest.mark.parametrize("language", [language for language in WRITTEN if language != "en"])
def test_a_catalogue_has_every_text_and_no_other(language: str) -> None:
    translated = translated_texts(ROOM / "language" / "locale" / f"{language}.po", language)
    said = said_texts(ROOM)
    assert len(said) > 90
    assert said - translated == set()
    assert translated - said == set()
