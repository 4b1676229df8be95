"""Documents of accounts: a small one to change, and random valid ones."""

import copy
from typing import Any

from hypothesis import strategies as st

from openslot.kernel.fields import is_visible
from openslot.kernel.scopes import ALL as ALL_SCOPES

SMALL: dict[str, Any] = {
    "account": "acme",
    "name": "Gemeente Acme",
    "branches": [{"key": "centre", "name": "Centre", "timeZone": "Europe/Amsterdam"}],
    "services": [
        {
            "key": "passport",
            "name": "Passport",
            "durationMinutes": 30,
            "slotStepMinutes": 15,
            "resourceTypes": ["desk"],
            "branches": ["centre"],
        }
    ],
    "resources": [
        {
            "key": "desk-1",
            "branch": "centre",
            "name": "Desk 1",
            "type": "desk",
            "services": ["passport"],
        }
    ],
    "clients": [
        {
            "key": "website",
            "name": "Website",
            "grants": ["client_credentials"],
            "scopes": ["com.qmatic.saas.appointments/external.appointment.book"],
        }
    ],
}


def small(**changes: Any) -> dict[str, Any]:
    """The small document, with some of its fields replaced."""
    return {**copy.deepcopy(SMALL), **changes}


LOCALES = ("en_US", "nl_NL", "fr_FR")
KEYS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40).filter(
    is_visible
)
NAMES = st.one_of(TEXTS, st.dictionaries(st.sampled_from(LOCALES), TEXTS, min_size=1, max_size=3))
MINUTES = st.integers(0, 1440)
DATES = st.dates().map(lambda day: f"{day.year:04d}-{day.month:02d}-{day.day:02d}")


def wall_time(minutes: int) -> str:
    """Minutes after midnight as `HH:MM`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@st.composite
def periods(draw: st.DrawFn, begin: str, end: str) -> dict[str, Any]:
    """A period of a date: in order, or past midnight."""
    first, last = draw(st.integers(0, 1439)), draw(st.integers(1, 1440))
    period: dict[str, Any] = {begin: wall_time(first), end: wall_time(last)}
    if last <= first or draw(st.booleans()):
        period["closesNextDay"] = True
    return period


@st.composite
def weekly(draw: st.DrawFn, begin: str, end: str) -> dict[str, Any]:
    """A period of a weekday, perhaps between two dates."""
    period = draw(periods(begin, end))
    period["day"] = draw(st.sampled_from(("monday", "wednesday", "sunday")))
    if draw(st.booleans()):
        first, last = sorted(draw(st.tuples(DATES, DATES)))
        period |= {"validFrom": first, "validTo": last}
    return period


HOURS = st.lists(weekly("opens", "closes"), max_size=3)
BREAKS = st.lists(weekly("starts", "ends"), max_size=2)


@st.composite
def overrides(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Overrides of different dates."""
    found = []
    for day in draw(st.lists(DATES, max_size=3, unique=True)):
        if draw(st.booleans()):
            found.append({"date": day, "closed": True})
        else:
            hours = draw(st.lists(periods("opens", "closes"), max_size=2))
            breaks = draw(st.lists(periods("starts", "ends"), max_size=1))
            found.append({"date": day, "hours": hours, "breaks": breaks})
    return found


@st.composite
def some(draw: st.DrawFn, required: dict[str, Any], optional: dict[str, Any]) -> dict[str, Any]:
    """A mapping with all required fields and any of the optional ones."""
    return draw(st.fixed_dictionaries(required, optional=optional))


def branches(key: str) -> st.SearchStrategy[dict[str, Any]]:
    """A branch with a given key."""
    return some(
        {
            "key": st.just(key),
            "name": NAMES,
            "timeZone": st.sampled_from(("Europe/Amsterdam", "America/Curacao", "CET")),
        },
        {
            "active": st.booleans(),
            "sortOrder": st.integers(-5, 5),
            "address": some({}, {"streetName": TEXTS, "zipCode": TEXTS, "country": st.just("NL")}),
            "location": some({"latitude": st.floats(-90, 90), "longitude": st.integers(-9, 9)}, {}),
            "holidayCalendar": st.sampled_from(("NL", "DE-BY")),
            "openingHours": HOURS,
            "breaks": BREAKS,
            "overrides": overrides(),
        },
    )


def subset(keys: list[str]) -> st.SearchStrategy[list[str]]:
    """Some of the keys, in any order."""
    if not keys:
        return st.just([])
    return st.lists(st.sampled_from(keys), unique=True)


def services(key: str, groups: list[str], places: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """A service with a given key."""
    optional: dict[str, Any] = {
        "active": st.booleans(),
        "sortOrder": st.integers(-5, 5),
        "bufferBeforeMinutes": MINUTES,
        "horizonDays": st.integers(1, 730),
        "maxNumberOfReservations": st.integers(1, 5),
        "partyMode": st.just("extend"),
        "dateOfBirthRequired": st.booleans(),
        "questions": st.lists(
            some({"key": KEYS, "text": NAMES}, {"required": st.booleans()}),
            max_size=2,
            unique_by=lambda question: question["key"],
        ),
        "reminders": st.lists(
            some({"before": st.sampled_from(("P1D", "PT2H", "PT90M"))}, {"channels": st.just([])}),
            max_size=2,
            unique_by=lambda reminder: reminder["before"],
        ),
        "openingHours": HOURS,
    }
    if groups:
        optional["group"] = st.sampled_from(groups)
    return some(
        {
            "key": st.just(key),
            "name": NAMES,
            "durationMinutes": st.integers(1, 1440),
            "slotStepMinutes": st.integers(1, 1440),
            "resourceTypes": st.lists(KEYS, min_size=1, max_size=3, unique=True),
            "branches": subset(places),
        },
        optional,
    )


CLIENTS = {
    "grants": st.just(["client_credentials"]),
    "scopes": st.lists(st.sampled_from(ALL_SCOPES), min_size=1, max_size=4, unique=True),
}
PUBLIC_CLIENTS = {
    "grants": st.just(["authorization_code", "refresh_token"]),
    "scopes": CLIENTS["scopes"],
    "redirectUris": st.just(["https://app.example.org/callback", "http://127.0.0.1/back"]),
    "tokenEndpointAuthMethod": st.just("none"),
}


@st.composite
def documents(draw: st.DrawFn, account: str = "acme") -> dict[str, Any]:
    """A valid document of an account."""
    unique = st.lists(KEYS, max_size=3, unique=True)
    places, groups, offers, desks, programs = (draw(unique) for _ in range(5))
    document: dict[str, Any] = {
        "account": account,
        "name": draw(NAMES),
        "sandbox": draw(st.booleans()),
        "locales": list(LOCALES),
        "settings": draw(some({}, {"reservationMinutes": st.integers(1, 60)})),
        "branches": [draw(branches(key)) for key in places],
        "serviceGroups": [draw(some({"key": st.just(k), "name": NAMES}, {})) for k in groups],
        "services": [draw(services(key, groups, places)) for key in offers],
        "clients": [
            draw(some({"key": st.just(k), "name": TEXTS, **which}, {"active": st.booleans()}))
            for k in programs
            for which in [draw(st.sampled_from((CLIENTS, PUBLIC_CLIENTS)))]
        ],
    }
    if places:
        document["resources"] = [
            draw(
                some(
                    {
                        "key": st.just(key),
                        "branch": st.sampled_from(places),
                        "name": NAMES,
                        "type": KEYS,
                        "services": subset(offers),
                    },
                    {"capacity": st.integers(1, 9), "breaks": BREAKS, "active": st.booleans()},
                )
            )
            for key in desks
        ]
    if places and len(offers) > 1:
        document["serviceCombinations"] = [{"branch": places[0], "services": offers}]
    return document
