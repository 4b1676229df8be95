"""How long an appointment takes, as people say it."""

from openslot.scheduling.model.catalogue import Service
from openslot.web.booking_page.public_request import PublicRequest


def duration_words(request: PublicRequest, minutes: int) -> str:
    """`20 minutes`."""
    return request.words.count("{number} minute", "{number} minutes", minutes)


def party_duration_words(request: PublicRequest, party: int, minutes: int) -> str:
    """`3 people, 40 minutes`; of one person the minutes alone."""
    duration = duration_words(request, minutes)
    if party == 1:
        return duration
    people = request.words.count("{number} person", "{number} people", party)
    return f"{people}, {duration}"


def service_duration_words(request: PublicRequest, service: Service) -> str:
    """How long a service takes for one person, and what each further one adds."""
    alone = service.minutes_for(1)
    added = service.minutes_for(2) - alone if service.max_party > 1 else 0
    duration = duration_words(request, alone)
    if not added:
        return duration
    more = request.words.count(
        "{number} minute more for each further person",
        "{number} minutes more for each further person",
        added,
    )
    return f"{duration}, {more}"
