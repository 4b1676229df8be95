"""The page of settings says what the code says."""

from dataclasses import fields
from pathlib import Path

from openslot.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_every_setting_stands_on_the_page_as_in_the_code() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `OPENSLOT_")
    ]
    expected = [
        [
            f"`OPENSLOT_{setting.name.upper()}`",
            "" if setting.default == "" else f"`{setting.default}`",
            setting.metadata["unit"],
            setting.metadata["why"],
        ]
        for setting in fields(Settings)
        if setting.metadata
    ]
    assert rows == expected
