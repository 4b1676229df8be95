"""The account file's entries as bodies of this API.

Each has a name of its own, since in one OpenAPI document every shape needs one, and the responses
about appointments have a `Branch`, an `Address` and a `Service` too.
"""

from pydantic import Field

from openslot.account_file import document


class BranchAddress(document.AddressDocument):
    """Where a branch is."""


class BranchLocation(document.LocationDocument):
    """Where a branch is on the map, in degrees (WGS 84)."""


class BranchEntry(document.BranchDocument):
    """A branch: a place with one time zone and opening hours."""

    address: BranchAddress | None = None
    location: BranchLocation | None = None


class ServiceGroupEntry(document.ServiceGroupDocument):
    """A heading under which services stand."""


class ServiceQuestion(document.QuestionDocument):
    """Something a customer is asked when booking."""


class ServiceCustomerFields(document.CustomerFieldsDocument):
    """What people are to say of themselves when they book it."""


class ServiceReminder(document.ReminderDocument):
    """How long before its start a customer is reminded of an appointment."""


class ServiceEntry(document.ServiceDocument):
    """A service: something bookable."""

    questions: list[ServiceQuestion] = Field(default=[], max_length=50)  # type: ignore[assignment]
    customer_fields: ServiceCustomerFields | None = None
    reminders: list[ServiceReminder] = Field(default=[], max_length=5)  # type: ignore[assignment]


class ResourceEntry(document.ResourceDocument):
    """A resource: who or what serves, at one branch."""


class CombinationEntry(document.ServiceCombinationDocument):
    """Services that a branch lets people book in one appointment."""

    active: bool = True


class ClientEntry(document.ClientDocument):
    """An OAuth client."""


class ApiKeyEntry(document.ApiKeyDocument):
    """An API key of a client: its fields, never its text."""


class ListedClientEntry(document.ListedClientDocument):
    """An OAuth client of an account file, with its API keys."""

    api_keys: list[ApiKeyEntry] = Field(default=[], max_length=10)  # type: ignore[assignment]


class WebhookEntry(document.WebhookDocument):
    """A webhook: an address outside that is told of events."""


class AccountFile(document.AccountDocument):
    """An account file: what is absent from its lists is deactivated."""

    branches: list[BranchEntry] = Field(default=[], max_length=1000)  # type: ignore[assignment]
    services: list[ServiceEntry] = Field(default=[], max_length=1000)  # type: ignore[assignment]
    service_groups: list[ServiceGroupEntry] = Field(  # type: ignore[assignment]
        default=[], max_length=500
    )
    resources: list[ResourceEntry] = Field(  # type: ignore[assignment]
        default=[], max_length=10_000
    )
    clients: list[ListedClientEntry] = Field(  # type: ignore[assignment]
        default=[], max_length=1000
    )
    webhooks: list[WebhookEntry] = Field(default=[], max_length=20)  # type: ignore[assignment]
