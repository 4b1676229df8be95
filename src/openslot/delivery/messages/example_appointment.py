"""An appointment of a made-up person, to show what messages look like."""

from datetime import datetime, timedelta

from openslot.kernel.clock import Minute, instant_of_millis, minute_of
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.ids import named_id
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.catalogue import Branch, Catalogue, Service
from openslot.scheduling.model.placement import Placement
from openslot.storage.transactions import AccountTx

_EXAMPLE_CLOCK = 10  # hours
_EXAMPLE_PERSON = {
    "firstName": "Anna",
    "lastName": "Jansen",
    "email": "anna.jansen@example.org",
    "phoneNumber": "+31 6 12345678",
    "phoneE164": "+31612345678",
    "dateOfBirth": "1980-01-31",
}


def example_appointment(
    tx: AccountTx, service_id: str | None, branch_id: str | None
) -> Appointment:
    """One of tomorrow morning; what is None is the first that fits.

    Raises:
        NotFound: there is no such service or branch.
        Invalid: the branch does not offer the service, or there is none.
    """
    of_account = current_catalogue(tx)
    branch, service = _offer(of_account, service_id, branch_id)
    start = _tomorrow(tx, branch)
    placement = Placement(
        branch_id=branch.id,
        start=start,
        end=start + service.minutes_for(1),
        before_minutes=0,
        after_minutes=0,
        places=1,
        party=1,
        service_ids=(service.id,),
        resource_ids=tuple(_resources(of_account, branch, service)),
    )
    return Appointment(
        id=named_id(tx.account.id, "example of a message"),
        client_id="",
        status=CONFIRMED,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        wall_start="",
        time_zone=branch.time_zone,
        override=False,
        conflicted=False,
        identifier=None,
        customer=_EXAMPLE_PERSON,
        answers=(),
        notes=None,
        placement=placement,
        reference="ABC234",
        origin=None,
        language=None,
        customer_id=None,
        particulars=None,
    )


def _offer(
    of_account: Catalogue, service_id: str | None, branch_id: str | None
) -> tuple[Branch, Service]:
    """The branch and the service that were named, else the first that go together."""
    branches = [b for b in of_account.branches.values() if b.active]
    services = [s for s in of_account.services.values() if s.active]
    if branch_id is not None:
        branches = [of_account.branch(branch_id)]
    if service_id is not None:
        services = [of_account.service(service_id)]
    for branch in branches:
        for service in services:
            if branch.key in service.branch_keys:
                return branch, service
    name = "service_id" if branch_id is None else "branch_id"
    raise Invalid(Fault(name, "invalid_value", "no branch and service here go together"))


def _resources(of_account: Catalogue, branch: Branch, service: Service) -> list[str]:
    found = []
    for kind in service.resource_types:
        able = (
            resource.id
            for resource in of_account.resources_at(branch)
            if resource.active and resource.can_serve(kind, (service,))
        )
        found += [resource_id for resource_id in [next(able, None)] if resource_id is not None]
    return found


def _tomorrow(tx: AccountTx, branch: Branch) -> Minute:
    tomorrow = instant_of_millis(tx.now).astimezone(branch.zone).date() + timedelta(days=1)
    return minute_of(datetime(*tomorrow.timetuple()[:3], _EXAMPLE_CLOCK, tzinfo=branch.zone))
