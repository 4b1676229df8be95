"""A good request of every call, by the number that the contract gives it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from openslot.web.http.route import AnyRoute
from openslot.web.orchestra.routes import ROUTES

from ..site import PERSON
from .program import Program
from .test_bookings import CUSTOMER, booked, several, times

NUMBERS = (*(f"A{n}" for n in range(1, 23)), "G1")
CALLS: Mapping[str, AnyRoute] = dict(zip(NUMBERS, ROUTES, strict=True))
Good = tuple[str, Any]  # a path below the base, or a whole one after a slash more; a body


async def request_for(calling: Program, number: str) -> Good:
    """The path and the body of a request that gets a 2xx."""
    if number in _PLAIN:
        return _PLAIN[number].format(b=calling.branch(), s=calling.service()), None
    return await _MADE[number](calling)


_SERVICE = ";servicePublicId={s}"
_PLAIN = {
    "A1": "/v1/services",
    "A2": "/v1/branches",
    "A3": "/v1/branches/{b}",
    "A4": "/v1/branches/{b}/services",
    "A5": "/v1/services/{s}/branches",
    "A6": "/v1/services/groups" + _SERVICE,
    "A7": "/v2/branches/{b}/services/groups" + _SERVICE,
    "A8": "/v2/branches/available" + _SERVICE,
    "A9": "/v1/branches/{b}/services/{s}/dates",
    "A10": "/v1/branches/{b}/services/{s}/dates/2027-02-01/times",
    "A11": "/v2/branches/{b}/dates" + _SERVICE + ";numberOfCustomers=1",
    "A12": "/v2/branches/{b}/dates/2027-02-01/times" + _SERVICE + ";numberOfCustomers=1",
    "G1": f"//rest/appointment/customers/identify;email={PERSON['email']}",
}


async def _reserve(calling: Program) -> Good:
    return times(calling, calling.site.slot()) + "/reserve;numberOfCustomers=1", {}


async def _reserve_several(calling: Program) -> Good:
    path = several(calling, calling.site.slot()) + "/reserve;numberOfCustomers=1"
    return path, {"services": [{"publicId": calling.service()}]}


def _confirm(version: str) -> Callable[[Program], Awaitable[Good]]:
    async def made(calling: Program) -> Good:
        held = await calling.call("POST", times(calling, calling.site.slot()) + "/reserve")
        path = f"/{version}/branches/appointments/{held.json()['publicId']}/confirm"
        return path, {"title": "Passport", "notes": "By bicycle", "customers": [CUSTOMER]}

    return made


async def _book_several(calling: Program) -> Good:
    services = [{"publicId": calling.service()}]
    body = {"services": services, "customers": [CUSTOMER], "title": "Passport"}
    return several(calling, calling.site.slot()) + "/book", body


async def _book(calling: Program) -> Good:
    return times(calling, calling.site.slot()) + "/book", {"customer": CUSTOMER}


async def _appointment(calling: Program) -> Good:
    return f"/v1/appointments/{(await booked(calling))['publicId']}", None


async def _of_customer(calling: Program) -> Good:
    customer = (await booked(calling))["customers"][0]["publicId"]
    return f"/v1/customers/{customer}/appointments", None


async def _of_external_id(calling: Program) -> Good:
    await booked(calling)
    return "/v1/customers/externalId/person%40zaak%2F42/appointments", None


_MADE: Mapping[str, Callable[[Program], Awaitable[Good]]] = {
    "A13": _reserve,
    "A14": _reserve_several,
    "A15": _confirm("v1"),
    "A16": _confirm("v2"),
    "A17": _book_several,
    "A18": _book,
    "A19": _appointment,
    "A20": _appointment,
    "A21": _of_customer,
    "A22": _of_external_id,
}
