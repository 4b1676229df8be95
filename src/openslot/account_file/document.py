"""One account as its file describes it: every field with its type, bounds and default.

The same models read the YAML file and the JSON of `POST /admin/v1/apply`. What they cannot see,
because it concerns two fields, is in `rules`; `checking.check` runs both.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from openslot.account_file.booking_page.documents import BookingPageDocument
from openslot.account_file.field_types import (
    AccountName,
    Before,
    BeginTime,
    Country,
    EventType,
    HolidayCalendar,
    Instant,
    Key,
    Locale,
    Localized,
    LocalizedLines,
    LocalizedLong,
    LongMinutes,
    Minutes,
    SortOrder,
    Text,
    TimeZone,
)
from openslot.account_file.hours import Break, DateOverrideDocument, Entry, OpeningHours
from openslot.account_file.message_documents import Channel, MessagesDocument
from openslot.delivery.model.webhook import MOST_OF_AN_ACCOUNT, WebhookContent
from openslot.identity.model.api_key import ApiKeyContent
from openslot.kernel.clock import millis_of

Role = Literal["viewer", "desk", "planner", "administrator"]
Keys = Annotated[list[Key], Field(max_length=500)]


class AccountSettings(Entry):
    """What an account sets for itself."""

    reservation_minutes: int = Field(default=15, ge=1, le=60)
    retention_days: int = Field(default=365, ge=1, le=3650)
    access_token_algorithm: Literal["ES256", "RS256"] = "ES256"  # noqa: S105
    # Roles whose users sign in with a second factor alone
    second_factor_required: list[Role] = Field(default=[], max_length=20)
    zone_data_change: Literal["keep-wall-time", "keep-instant"] = "keep-wall-time"
    # How long staff can undo, and customers are not told yet
    staff_undo_seconds: int = Field(default=60, ge=0, le=86_400)


def complete_settings(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of an account's row, with every one present: rows are older than some of them.

    They were checked when they were stored.
    """
    return AccountSettings.model_validate(stored).model_dump(mode="json", by_alias=True)


class AddressDocument(Entry):
    """Where a branch is."""

    street_name: Text | None = None
    zip_code: Text | None = None
    city: Text | None = None
    country: Country | None = None


class LocationDocument(Entry):
    """Where a branch is on the map, in degrees (WGS 84)."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class BranchDocument(Entry):
    """A place with one time zone and opening hours."""

    key: Key
    name: Localized
    active: bool = True
    sort_order: SortOrder = 0
    time_zone: TimeZone
    address: AddressDocument | None = None
    location: LocationDocument | None = None
    phone: Text | None = None
    email: Text | None = None
    holiday_calendar: HolidayCalendar | None = None
    opening_hours: list[OpeningHours] = Field(default=[], max_length=200)
    breaks: list[Break] = Field(default=[], max_length=200)
    overrides: list[DateOverrideDocument] = Field(default=[], max_length=2000)


class ServiceGroupDocument(Entry):
    """A heading for services."""

    key: Key
    name: Localized
    active: bool = True
    sort_order: SortOrder = 0


class QuestionDocument(Entry):
    """Something a customer is asked when booking."""

    key: Key
    text: LocalizedLong
    required: bool = False


FieldNeed = Literal["required", "optional", "hidden"]


class CustomerFieldsDocument(Entry):
    """What people are to say of themselves. What is left out has its usual need."""

    last_name: FieldNeed | None = None
    email: FieldNeed | None = None
    phone_number: FieldNeed | None = None
    date_of_birth: FieldNeed | None = None


class ReminderDocument(Entry):
    """How long before its start a customer is reminded of an appointment."""

    before: Before
    at: BeginTime | None = None  # with days: another wall time of that day
    channels: list[Channel] | None = Field(default=None, max_length=2)  # None: the account's


class ServiceDocument(Entry):
    """Something bookable."""

    key: Key
    name: Localized
    active: bool = True
    sort_order: SortOrder = 0
    group: Key | None = None
    duration_minutes: int = Field(ge=1, le=1440)
    slot_step_minutes: int = Field(ge=1, le=1440)
    buffer_before_minutes: Minutes = 0
    buffer_after_minutes: Minutes = 0
    minimum_notice_minutes: LongMinutes = 0
    horizon_days: int = Field(default=90, ge=1, le=730)
    max_number_of_reservations: int = Field(default=1, ge=1, le=1000)
    additional_customer_minutes: Minutes = 0
    party_mode: Literal["extend", "occupy"] = "extend"
    reschedule_cutoff_minutes: LongMinutes = 0
    cancel_cutoff_minutes: LongMinutes = 0
    date_of_birth_required: bool = False
    customer_fields: CustomerFieldsDocument | None = None
    what_to_bring: LocalizedLines | None = None
    questions: list[QuestionDocument] = Field(default=[], max_length=50)
    # For programs, which know what it means; JSON as a rule
    custom: Annotated[str, Field(max_length=4096)] | None = None
    reminders: list[ReminderDocument] = Field(default=[], max_length=5)
    opening_hours: list[OpeningHours] = Field(default=[], max_length=200)
    breaks: list[Break] = Field(default=[], max_length=200)
    resource_types: list[Key] = Field(min_length=1, max_length=10)
    branches: Keys


class ResourceDocument(Entry):
    """Who or what serves, at one branch."""

    key: Key
    branch: Key
    name: Localized
    active: bool = True
    sort_order: SortOrder = 0
    type: Key
    capacity: int = Field(default=1, ge=1, le=1000)
    services: Keys
    opening_hours: list[OpeningHours] = Field(default=[], max_length=200)
    breaks: list[Break] = Field(default=[], max_length=200)


class ServiceCombinationDocument(Entry):
    """Services that a branch lets people book in one appointment."""

    branch: Key
    services: list[Key] = Field(min_length=2, max_length=20)

    @property
    def key(self) -> str:
        """Its key, made of what it combines: the same set at the same branch is the same thing."""
        return f"{self.branch}:{'+'.join(sorted(self.services))}"


Grant = Literal["client_credentials", "authorization_code", "refresh_token"]
AuthMethod = Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]


class ClientDocument(Entry):
    """An OAuth client."""

    key: Key
    name: Text
    active: bool = True
    grants: list[Grant] = Field(min_length=1, max_length=3)
    scopes: list[str] = Field(min_length=1, max_length=50)
    redirect_uris: list[Annotated[str, Field(max_length=2048)]] = Field(default=[], max_length=20)
    token_endpoint_auth_method: AuthMethod = "client_secret_basic"  # noqa: S105
    jwks: dict[str, Any] | None = None


class ApiKeyDocument(Entry):
    """A key with which a client calls an interface that knows no tokens."""

    key: Key
    party_counting: Literal["total", "additional"] = "total"
    customer_look_up: bool = False
    expires_at: Instant | None = None

    def content(self) -> ApiKeyContent:
        """What the API key holds."""
        at = self.expires_at
        expires_at = None if at is None else millis_of(datetime.fromisoformat(at))
        return ApiKeyContent(self.key, self.party_counting, self.customer_look_up, expires_at)


class ListedClientDocument(ClientDocument):
    """An OAuth client with its API keys, which are not a part of it elsewhere."""

    api_keys: list[ApiKeyDocument] = Field(default=[], max_length=10)


class WebhookDocument(Entry):
    """An address outside that is told of events."""

    key: Key
    url: Annotated[str, Field(max_length=2048)]
    events: list[EventType] = Field(default=["*"], min_length=1, max_length=50)
    active: bool = True
    include_customer: bool = False
    description: Annotated[str, Field(max_length=255)] = ""

    def content(self) -> WebhookContent:
        """What the webhook holds."""
        return WebhookContent(
            self.key,
            self.url,
            tuple(dict.fromkeys(self.events)),
            self.active,
            self.include_customer,
            self.description,
        )


class OrchestraDocument(Entry):
    """Whether programs may use the Orchestra Calendar API of the account."""

    enabled: bool = False


class AccountDocument(Entry):
    """An account: its name, settings, catalogue and clients. Lists that are absent are empty."""

    account: AccountName
    name: Localized
    sandbox: bool = False
    locales: list[Locale] = Field(default=["en_US"], min_length=1, max_length=50)
    settings: AccountSettings = AccountSettings()
    messages: MessagesDocument | None = None
    orchestra: OrchestraDocument = OrchestraDocument()
    booking_page: BookingPageDocument | None = None
    branches: list[BranchDocument] = Field(default=[], max_length=1000)
    service_groups: list[ServiceGroupDocument] = Field(default=[], max_length=500)
    services: list[ServiceDocument] = Field(default=[], max_length=1000)
    resources: list[ResourceDocument] = Field(default=[], max_length=10_000)
    service_combinations: list[ServiceCombinationDocument] = Field(default=[], max_length=5000)
    clients: list[ListedClientDocument] = Field(default=[], max_length=1000)
    webhooks: list[WebhookDocument] = Field(default=[], max_length=MOST_OF_AN_ACCOUNT)
