"""Which reminders a service may have."""

import pytest

from openslot.account_file.checking import InvalidAccountFile, check

from .documents import small


def faults(reminders: object) -> list[tuple[str, str]]:
    document = small()
    document["services"][0]["reminders"] = reminders
    try:
        check(document)
    except InvalidAccountFile as error:
        return [(fault.field, fault.code) for fault in error.faults]
    return []


GOOD = [
    [],
    [{"before": "P1D"}, {"before": "P1D", "at": "18:00"}, {"before": "P1D", "channels": ["sms"]}],
    [{"before": "P60D"}, {"before": "PT1440H"}, {"before": "PT1M"}, {"before": "PT24H"}],
    [{"before": "PT2H", "channels": []}],
]


@pytest.mark.parametrize("reminders", GOOD)
def test_days_hours_and_minutes_before_are_taken(reminders: object) -> None:
    assert faults(reminders) == []


@pytest.mark.parametrize(
    ("reminders", "place", "code"),
    [
        ([{"before": "P1D"}, {"before": "P1D"}], "/1", "duplicate"),
        ([{"before": "PT1H"}, {"before": "PT60M"}], "/1", "duplicate"),
        ([{"before": "P61D"}], "/0/before", "out_of_range"),
        ([{"before": "PT1441H"}], "/0/before", "out_of_range"),
        ([{"before": "PT2H", "at": "18:00"}], "/0/at", "invalid_value"),
        ([{"before": "PT2H", "channels": ["sms", "sms"]}], "/0/channels", "duplicate"),
        ([{"before": f"P{days}D"} for days in range(1, 7)], "", "too_long"),
        ([{"before": "P0D"}], "/0/before", "pattern"),
        ([{"before": "P1W"}], "/0/before", "pattern"),
        ([{"before": "P1D", "at": "24:00"}], "/0/at", "pattern"),
        ([{"before": "P1D", "channels": ["fax"]}], "/0/channels/0", "invalid_value"),
    ],
)
def test_others_are_refused_where_they_stand(reminders: object, place: str, code: str) -> None:
    assert faults(reminders) == [(f"/services/0/reminders{place}", code)]
