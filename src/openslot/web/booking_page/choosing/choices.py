"""What somebody has chosen so far, read from an address or a form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openslot.scheduling.model.catalogue import Branch, Resource, Service
from openslot.web.booking_page.choosing.offer import PublicOffer
from openslot.web.http.request_parsing import FIRST_YEAR, LAST_YEAR
from openslot.web.page_kit.field_pairs import FieldPairs, Pairs

SERVICE, PEOPLE, BRANCH, RESOURCE = "service", "people", "branch", "resource"
DATE, MONTH = "date", "month"
NAMES = (SERVICE, PEOPLE, BRANCH, RESOURCE, DATE, MONTH)
_MOST_PEOPLE = 4  # digits
_DATE, _MONTH = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), re.compile(r"\d{4}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Choices:
    """What fits together of what was sent; the rest was dropped."""

    services: tuple[Service, ...] = ()
    people: int | None = None
    branch: Branch | None = None
    resource: Resource | None = None
    day: date | None = None
    month: date | None = None  # its first day
    has_dropped: bool = False

    @property
    def most_people(self) -> int:
        """How many may come to the chosen services."""
        return min((service.max_party for service in self.services), default=1)

    def pairs(self, *names: str) -> Pairs:
        """The choices as an address has them; of some names alone where they are given."""
        found = [(SERVICE, service.key) for service in self.services]
        if self.people is not None and self.most_people > 1:
            found.append((PEOPLE, str(self.people)))
        if self.branch is not None:
            found.append((BRANCH, self.branch.key))
        if self.resource is not None:
            found.append((RESOURCE, self.resource.key))
        return [pair for pair in found if not names or pair[0] in names]

    @property
    def wanted_day(self) -> Pairs:
        """The day or month of a link, until a step shows it."""
        day = [(DATE, self.day.isoformat())] if self.day else []
        return [*day, *([(MONTH, month_text(self.month))] if self.month else [])]


def read_choices(offer: PublicOffer, sent: FieldPairs) -> Choices:
    """The choices of a query. What does not exist, is inactive or does not fit is dropped."""
    dropped = False
    services = tuple(
        service
        for key in dict.fromkeys(sent.all(SERVICE))
        if (service := offer.service(key)) is not None
    )
    dropped |= len(services) < len(set(sent.all(SERVICE)))
    places = offer.branches_of(services)
    resource = offer.resource(sent.one(RESOURCE), services)
    branch = next((b for b in places if b.key == sent.one(BRANCH)), None)
    if resource is not None:
        at = next((b for b in places if b.key == resource.branch_key), None)
        if at is None or branch not in (None, at):
            resource = None
        else:
            branch = at
    dropped |= bool(sent.one(BRANCH)) and branch is None
    dropped |= bool(sent.one(RESOURCE)) and resource is None
    people = _people(sent.one(PEOPLE))
    if people is not None and people > offer.most_people == 1:
        people = None  # no page asks for it, so none can say what is wrong with it
    day, month = _day(sent.one(DATE)), _month(sent.one(MONTH))
    dropped |= any(
        bool(sent.one(name)) and value is None
        for name, value in ((PEOPLE, people), (DATE, day), (MONTH, month))
    )
    return Choices(services, people, branch, resource, day, month, dropped)


def month_text(day: date) -> str:
    """The month of a day as an address has it: `2027-01`."""
    return f"{day.year:04}-{day.month:02}"


def keys_of(services: Sequence[Service]) -> Pairs:
    """Services as an address has them."""
    return [(SERVICE, service.key) for service in services]


def _people(text: str) -> int | None:
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_PEOPLE:
        return None
    return int(text) or None


def _day(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _month(text: str) -> date | None:
    return _day(f"{text}-01") if _MONTH.fullmatch(text) else None
