"""What can be done next with a response (OpenAPI 3.1 §4.8.20): the flow of a booking."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openslot.web.http.route import AnyRoute

_ID = {"appointmentId": "$response.body#/appointmentId"}
_FIRST_SLOT = {
    "serviceId": "$request.path.serviceId",
    "branchId": "$request.path.branchId",
    "timeSlot": {
        "startTime": "$response.body#/0/startTime",
        "endTime": "$response.body#/0/endTime",
    },
}
_OF_FIRST_SERVICE = {
    "branchId": "$response.body#/0/branch/id",
    "serviceId": "$response.body#/0/services/0/id",
}
_SLOTS = ("GET", "/branches/{branchId}/services/{serviceId}/timeslots")
_OF_APPOINTMENT = {
    "move": ("PUT", "/appointments/{appointmentId}"),
    "changeCustomer": ("PUT", "/appointments/{appointmentId}/customer"),
    "cancel": ("DELETE", "/appointments/{appointmentId}"),
    "read": ("GET", "/appointments/{appointmentId}"),
    "calendar": ("GET", "/appointments/{appointmentId}/calendar.ics"),
}

# From a call: name of the link, the call it leads to, and what it is given.
Links = Mapping[tuple[str, str], Sequence[tuple[str, tuple[str, str], dict[str, Any]]]]
BOOKING_LINKS: Links = {
    ("GET", "/services"): [
        ("slots", _SLOTS, {"parameters": _OF_FIRST_SERVICE}),
        (
            "dates",
            ("GET", "/branches/{branchId}/services/{serviceId}/dates"),
            {"parameters": _OF_FIRST_SERVICE},
        ),
        ("branch", ("GET", "/branches/{branchId}"), {"parameters": _OF_FIRST_SERVICE}),
        ("service", ("GET", "/services/{serviceId}"), {"parameters": _OF_FIRST_SERVICE}),
    ],
    _SLOTS: [("reserve", ("POST", "/reservations"), {"requestBody": _FIRST_SLOT})],
    ("POST", "/reservations"): [
        ("confirm", ("POST", "/reservations/{appointmentId}/confirm"), {"parameters": _ID}),
        ("release", ("DELETE", "/reservations/{appointmentId}"), {"parameters": _ID}),
        ("read", ("GET", "/reservations/{appointmentId}"), {"parameters": _ID}),
    ],
    ("POST", "/reservations/{appointmentId}/confirm"): [
        (name, call, {"parameters": _ID}) for name, call in _OF_APPOINTMENT.items()
    ],
    ("POST", "/serviceCombination/reservations"): [
        (
            "confirm",
            ("POST", "/serviceCombination/reservations/{appointmentId}/confirm"),
            {"parameters": _ID},
        ),
    ],
}


def links_of(
    route: AnyRoute, routes: Sequence[AnyRoute], links: Links
) -> Iterator[tuple[str, AnyRoute, dict[str, Any]]]:
    """The links of a call's success: name, the call it leads to, what it is given."""
    by_call = {(one.method, one.path): one for one in routes}
    for name, call, link in links.get((route.method, route.path), ()):
        if call in by_call:
            target = by_call[call]
            names = {n for n in link.get("parameters", ()) if f"{{{n}}}" in target.path}
            parameters = {n: link["parameters"][n] for n in names}
            given = {**link, **({"parameters": parameters} if parameters else {})}
            yield name, target, given
