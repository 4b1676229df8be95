"""Messages to look at, as customers would get them, about a made-up appointment."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from openslot.delivery.message_actions import PREVIEW_MESSAGE, Preview
from openslot.delivery.messages.appointment_names import AppointmentNames
from openslot.delivery.messages.previewing import MessagePreview, PreviewRequest
from openslot.kernel.errors import Invalid
from openslot.mail_setting_values import sender_address
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.message_texts.mail_markup import mail_markup
from openslot.web.console.message_texts.own_text_form import PARTS, TextPlace


@dataclass(frozen=True, slots=True)
class MessageAsSent:
    """One message. An SMS has no subject ("") and no mail."""

    subject: str
    text: str
    mail: Markup | None  # as a mail program shows it, without its colours
    segments: int  # of an SMS
    characters: int


class NothingToShow(Exception):
    """No branch and service go together yet, so that nothing can be told of them."""


async def message_preview(
    console: Console,
    request: ConsoleRequest,
    place: TextPlace,
    typed: Mapping[str, str] | None = None,
) -> MessageAsSent:
    """A message as it would be sent, with the typed parts in place of the stored ones.

    Raises:
        Invalid: a typed part cannot be filled, by field.
        NothingToShow: see there.
    """
    parts = typed or {}
    subject, text, html = (parts.get(part) for part in PARTS)
    wanted = PreviewRequest(
        kind=place.kind,
        channel=place.channel,
        locale=place.locale,
        appointment_id=None,
        service_id=None,
        branch_id=None,
        subject=subject,
        text=text,
        html=html,
    )
    app = console.app
    names = AppointmentNames(app.calendar_uids, app.manage_links)
    given = Preview(wanted, names, sender_address(app.settings.mail_from))
    try:
        return _shown(await console.run(request, PREVIEW_MESSAGE, given))
    except Invalid as refusal:
        if any(fault.field in PARTS for fault in refusal.faults):
            raise
        raise NothingToShow from refusal


def _shown(preview: MessagePreview) -> MessageAsSent:
    return MessageAsSent(
        subject=preview.subject or "",
        text=preview.text.strip(),
        mail=None if preview.html is None else mail_markup(preview.html),
        segments=preview.sms.segments if preview.sms else 0,
        characters=preview.sms.characters if preview.sms else 0,
    )
