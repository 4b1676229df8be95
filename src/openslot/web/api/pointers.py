"""Where the fields of a booking stand in the requests of the APIs."""

from openslot.web.http.pointers import Pointers

OF_ONE_SERVICE: Pointers = {
    "party": "/numberOfReservations",
    "services": "/serviceId",
    "resource": "/requestedResourceId",
    "end": "/timeSlot/endTime",
}
OF_SEVERAL_SERVICES: Pointers = {
    **OF_ONE_SERVICE,
    "party": "/services/0/numberOfReservations",
    "services": "/services",
}
OF_LISTED_SERVICES: Pointers = {**OF_ONE_SERVICE, "services": "/serviceIds"}
# A person under `customer`, with the answers to a service's questions.
OF_NESTED_CUSTOMER: Pointers = {"answers": "/customer/informationQuestions"}
# The same as members of the body itself.
OF_FLAT_CUSTOMER: Pointers = {"customer": "", "answers": "/informationQuestions"}
