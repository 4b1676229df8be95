"""The composition root: settings in, a wired App out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from openslot.calendars.uids import CalendarUids
from openslot.database import open_database
from openslot.delivery.dispatch import dispatch
from openslot.delivery.mail.smtp_connection import SmtpConnection
from openslot.delivery.messages.appointment_names import AppointmentNames
from openslot.delivery.messages.lane import MessageLane, Transport
from openslot.delivery.messages.mail_transport import MailSender, MailTransport
from openslot.delivery.messages.sending import MessageSchedule
from openslot.delivery.messages.sms_transport import SmsProvider, SmsTransport
from openslot.delivery.model.message_kinds import EMAIL, SMS
from openslot.delivery.model.retry_schedule import RetrySchedule
from openslot.delivery.outbound.addresses import EVERYWHERE, Reach
from openslot.delivery.webhooks import replaying
from openslot.delivery.webhooks.attempts import WebhookRules
from openslot.delivery.webhooks.lanes import WebhookLanes
from openslot.delivery.webhooks.secrets import sealing_key
from openslot.identity.clients.secret_uses import API_KEYS, SecretUses
from openslot.identity.keys.key_ring import KeyRing
from openslot.identity.keys.manage_links import ManageLinks
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.identity.people.passwords import Passwords
from openslot.identity.refusals.api_key_refusals import ApiKeyRefusals
from openslot.identity.refusals.sign_in_refusals import SignInRefusals
from openslot.identity.refusals.token_refusals import TokenRefusals
from openslot.identity.tokens.issued_counts import IssuedCounts
from openslot.kernel.mail_server import mail_server
from openslot.mail_setting_values import sender_address
from openslot.observability.traces import Traces
from openslot.settings import Settings
from openslot.storage.journal import public_hosts
from openslot.storage.traced_database import traced
from openslot.storage.transactions import AccountTx, Database

if TYPE_CHECKING:
    from openslot.delivery.outbound.requests import OutboundClient

_SMS_SECONDS = 10.0


@dataclass(frozen=True)
class App:
    """What the interfaces are given. Nothing in it is global, so a process may hold several."""

    settings: Settings
    database: Database
    keys: KeyRing  # signing keys in memory; no request reads them from the database
    purpose_keys: PurposeKeys  # what digests, sealed secrets and refresh tokens hang on

    issued_counts: IssuedCounts  # tokens of each client by day, written a little later
    secret_uses: SecretUses  # last uses of client secrets, written a little later
    token_refusals: TokenRefusals  # refused token requests, likewise
    sign_in_refusals: SignInRefusals  # refused sign-ins of people, likewise
    api_key_uses: SecretUses  # last uses of API keys, likewise
    api_key_refusals: ApiKeyRefusals  # refused calls with known ones, likewise
    passwords: Passwords  # of people, compared off the event loop
    calendar_uids: CalendarUids  # what calendar objects are called outside
    manage_links: ManageLinks  # by which customers look after their appointments
    webhook_lanes: WebhookLanes  # requests to webhooks under way
    message_lanes: Sequence[MessageLane[Any]]  # messages under way, a lane for each channel

    def dispatch(self, tx: AccountTx) -> int:
        """One step of the way from the outbox of events to whoever is told of them."""
        key = sealing_key(self.purpose_keys)
        return dispatch(tx, self.calendar_uids, key, message_channels(self.settings))

    def replay(self, tx: AccountTx) -> bool:
        """One step of sending webhooks again what they are to be sent; whether more is left."""
        return replaying.step(tx, self.calendar_uids, sealing_key(self.purpose_keys))

    async def look_for_messages(self) -> None:
        """Begins to send what customers are to be told now."""
        for lane in self.message_lanes:
            await lane.look()

    async def close(self) -> None:
        """Writes what is still in memory and closes the database."""
        await self.webhook_lanes.close()
        for lane in self.message_lanes:
            await lane.close()
        await self.issued_counts.close()
        await self.secret_uses.close()
        await self.token_refusals.close()
        await self.sign_in_refusals.close()
        await self.api_key_uses.close()
        await self.api_key_refusals.close()
        self.passwords.close()
        await self.database.close()


def message_channels(settings: Settings) -> frozenset[str]:
    """The channels by which the installation can send to customers."""
    set_up = ((EMAIL, settings.smtp_url), (SMS, settings.sms_url))
    return frozenset(channel for channel, url in set_up if url)


async def open_app(
    settings: Settings, *, serves: bool = False, traces: Traces | None = None
) -> App:
    """Opens the database, checks its schema and loads the signing keys (made at the first start).

    What `serves` is reached under the settings' public URL, and notes its host.

    Raises:
        SettingsError: a setting is missing, or the master key is not the one the keys were
            encrypted with.
        SchemaMismatch: `openslot migrate` has to run first.
        DatabaseUnavailable: the database cannot be opened.
    """
    database = open_database(settings, make=False)
    if traces is not None:
        database = traced(database, traces.transaction)
    try:
        await database.check_schema()
        purpose_keys = await PurposeKeys.load(database, settings.master_key_bytes)
        keys = await KeyRing.load(database, purpose_keys)
        uids = await _calendar_uids(database, settings, serves=serves)
    except BaseException:
        await database.close()
        raise
    manage_links = ManageLinks(purpose_keys, settings.public_url)
    return App(
        settings=settings,
        database=database,
        keys=keys,
        purpose_keys=purpose_keys,
        issued_counts=IssuedCounts(database),
        secret_uses=SecretUses(database),
        token_refusals=TokenRefusals(database),
        sign_in_refusals=SignInRefusals(database),
        api_key_uses=SecretUses(database, API_KEYS),
        api_key_refusals=ApiKeyRefusals(database),
        passwords=Passwords(),
        calendar_uids=uids,
        manage_links=manage_links,
        webhook_lanes=_webhook_lanes(settings, database, purpose_keys),
        message_lanes=_message_lanes(
            settings,
            database,
            AppointmentNames(uids, manage_links),
            purpose_keys.of(Purpose.MAIL_CODES),
        ),
    )


def _message_lanes(
    settings: Settings, database: Database, names: AppointmentNames, code_key: bytes
) -> list[MessageLane[Any]]:
    pauses = [int(text) for text in settings.message_retry_seconds.split(",")]
    schedule = MessageSchedule(
        RetrySchedule(pauses, repeats_last=True), settings.delivery_lease_seconds * 1000
    )
    return [
        MessageLane(database, channel, transport, schedule)
        for channel, transport in _transports(settings, names, code_key).items()
    ]


def _transports(
    settings: Settings, names: AppointmentNames, code_key: bytes
) -> dict[str, Transport[Any]]:
    """What each channel is sent by, and recorded by in sandbox accounts."""
    address = sender_address(settings.mail_from)
    sender = MailSender(address, settings.mail_return_path or address)
    return {
        EMAIL: MailTransport(sender, names, _mail_connection(settings), code_key),
        SMS: SmsTransport(names, _sms_provider(settings), _operators_client),
    }


def _sms_provider(settings: Settings) -> SmsProvider | None:
    """The installation's provider; None: it has none."""
    if not settings.sms_url:
        return None
    return SmsProvider(settings.sms_url, settings.sms_token, settings.sms_from)


def _operators_client() -> "OutboundClient":
    """One for addresses that the operator has chosen: they may be anywhere."""
    from openslot.delivery.outbound.requests import OutboundClient  # noqa: PLC0415

    return OutboundClient(EVERYWHERE, _SMS_SECONDS)


def _mail_connection(settings: Settings) -> Callable[[], SmtpConnection] | None:
    """Makes a connection to the installation's mail server; None: it has none."""
    if not settings.smtp_url:
        return None
    server, seconds = mail_server(settings.smtp_url), settings.smtp_timeout_seconds
    return lambda: SmtpConnection(server, seconds)


def _webhook_lanes(settings: Settings, database: Database, keys: PurposeKeys) -> WebhookLanes:
    rules = WebhookRules(
        RetrySchedule([int(text) for text in settings.webhook_retry_seconds.split(",")]),
        lease_ms=settings.delivery_lease_seconds * 1000,
        disable_after_ms=settings.webhook_disable_after_seconds * 1000,
    )
    return WebhookLanes(database, _outbound(settings), rules, sealing_key(keys))


def _outbound(settings: Settings) -> Callable[[], "OutboundClient"]:
    def made() -> "OutboundClient":
        # Its libraries take a tenth of a start; most installations have no webhook.
        from openslot.delivery.outbound.requests import OutboundClient  # noqa: PLC0415

        reach = Reach.of(settings.webhook_allowed_networks)
        return OutboundClient(reach, settings.webhook_timeout_seconds)

    return made


async def _calendar_uids(database: Database, settings: Settings, *, serves: bool) -> CalendarUids:
    why = "calendar objects are called by the host of their time"
    host = urlsplit(settings.public_url).hostname or settings.public_url
    hosts = await database.read_system(why, public_hosts.all_hosts)
    if serves and (not hosts or hosts[-1][1] != host):
        hosts = await database.write_system(why, public_hosts.note, host)
    return CalendarUids(hosts or [(0, host)])
