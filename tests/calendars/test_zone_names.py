"""The names of zones that files use without describing them."""

from importlib import resources

import pytest

from openslot.calendars.format.zone_names import known_zone
from openslot.scheduling.model.zones import zone_names

TABLE = resources.files("openslot.calendars.format") / "microsoft_zones.tsv"
ROWS = [
    line.split("\t")
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def test_each_name_of_the_table_is_there_one_time_and_means_a_zone() -> None:
    assert len(ROWS) > 300
    assert len({name.casefold() for name, _ in ROWS}) == len(ROWS)
    assert {zone for _, zone in ROWS} <= zone_names()


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("EUROPE/amsterdam", "Europe/Amsterdam"),
        ("utc", "UTC"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("pacific time (us & canada)", "America/Los_Angeles"),
        ("(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        ("(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rome\\, Stockholm\\, Vienna", "Europe/Berlin"),
        ("tzone://Microsoft/Utc", "Etc/UTC"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        ("/citadel.org/20211207_1/America/Argentina/Buenos_Aires",
         "America/Argentina/Buenos_Aires"),
    ],
)  # fmt: skip
def test_a_known_name_means_its_zone(name: str, zone: str) -> None:
    found = known_zone(name)
    assert found is not None
    assert found.key == zone


@pytest.mark.parametrize("name", ["", "Nowhere", "/", "/x/Nowhere", "Europe", "../../etc/passwd"])
def test_nobody_knows_other_names(name: str) -> None:
    assert known_zone(name) is None
