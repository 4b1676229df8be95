"""What a message would say, before anybody gets it: for an appointment, or for a made-up person."""

from dataclasses import dataclass, replace

from openslot.calendars.objects import CalendarInvitation
from openslot.delivery.mail.calendar_parts import calendar_part
from openslot.delivery.messages.appointment_facts import (
    MessageForm,
    ToldAppointment,
    told_in_form,
)
from openslot.delivery.messages.appointment_names import AppointmentNames
from openslot.delivery.messages.example_appointment import example_appointment
from openslot.delivery.model.message_kinds import BOOKED, MOVED, SMS
from openslot.delivery.model.message_kinds import CANCELLED as CANCELLED_KIND
from openslot.delivery.texts.facts import MessageFacts, variables
from openslot.delivery.texts.own_texts import AccountText, fault_of_text, filled
from openslot.delivery.texts.rendering import RenderedMessage, one_line, own_text, render
from openslot.delivery.texts.sms_segments import SmsLength, sms_length
from openslot.kernel.actor import operator_of
from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.model.appointment import CANCELLED, CONFIRMED
from openslot.scheduling.views.calendar_objects import AppointmentRevision, revision
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """Which message, of whom, and texts that take the place of the stored ones."""

    kind: str
    channel: str
    locale: str
    appointment_id: str | None
    service_id: str | None  # without an appointment; None: the first
    branch_id: str | None
    subject: str | None
    text: str | None
    html: str | None


@dataclass(frozen=True, slots=True)
class MessagePreview:
    """What would be sent. An SMS has no subject, HTML and calendar, a mail no length."""

    subject: str | None
    text: str
    html: str | None
    calendar: str | None
    sms: SmsLength | None


def preview(
    tx: AccountTx, wanted: PreviewRequest, names: AppointmentNames, sender: str
) -> MessagePreview:
    """A message as it would be sent; nothing is stored. `sender` is the installation's address.

    Raises:
        NotFound: there is no such appointment, service or branch.
        Invalid: a text cannot be filled, or the branch does not offer the service.
    """
    _check_texts(wanted)
    revised = _revised(tx, wanted)
    status = CANCELLED if wanted.kind == CANCELLED_KIND else CONFIRMED
    appointment = replace(revised.appointment, status=status)
    earlier = appointment.placement.start - MINUTES_PER_DAY if wanted.kind == MOVED else None
    form = MessageForm(wanted.kind, wanted.channel, wanted.locale, earlier)
    told = told_in_form(tx, form, replace(revised, appointment=appointment), names)
    content = _rendered(wanted, told)
    if wanted.channel == SMS:
        return MessagePreview(None, content.text, None, None, sms_length(content.text))
    recipient = (appointment.customer or {}).get("email")
    calendar = _calendar(wanted.kind, told, sender, recipient) if recipient else None
    return MessagePreview(content.subject, content.text, content.html, calendar, None)


def _check_texts(wanted: PreviewRequest) -> None:
    faults = []
    for name in ("subject", "text", "html"):
        given = getattr(wanted, name)
        if given is None:
            continue
        if wanted.channel == SMS and name != "text":
            faults.append(Fault(name, "invalid_value", "an SMS has none; leave it out"))
        elif found := fault_of_text(wanted.kind, given):
            detail = f"line {found.line}, column {found.column}: {found.detail}"
            faults.append(Fault(name, "invalid_template", detail))
    if faults:
        raise Invalid(*faults)


def _rendered(wanted: PreviewRequest, told: ToldAppointment) -> RenderedMessage:
    """The stored texts, and in their place those that were given."""
    facts, kind, channel = told.facts, wanted.kind, wanted.channel
    stored = own_text(kind, channel, facts.locale, told.account.texts)
    if wanted.text is None and stored is None:
        return _of_product(wanted, facts)
    subject = stored.subject if wanted.subject is None and stored else wanted.subject
    html = wanted.html if wanted.html or wanted.text or not stored else stored.html
    text = stored.text if wanted.text is None and stored else wanted.text
    given = AccountText(kind, channel, facts.locale, subject or "", text or "", html)
    made = render(kind, channel, facts, [given])
    return (
        made if subject is not None else replace(made, subject=_of_product(wanted, facts).subject)
    )


def _of_product(wanted: PreviewRequest, facts: MessageFacts) -> RenderedMessage:
    """The product's own text, with another subject or page where one was given."""
    kind, channel = wanted.kind, wanted.channel
    shown = render(kind, channel, facts)
    if wanted.subject is not None:
        subject = one_line(filled(wanted.subject, variables(kind, facts)))
        shown = replace(shown, subject=subject)
    if wanted.html is not None:
        page = AccountText(kind, channel, facts.locale, shown.subject, "", wanted.html)
        shown = replace(shown, html=render(kind, channel, facts, [page]).html)
    return shown


def _calendar(kind: str, told: ToldAppointment, sender: str, recipient: str) -> str | None:
    invitation = CalendarInvitation(
        told.calendar,
        visibility=told.account.visibility,
        organizer_name=told.facts.sender_name,
        organizer=sender,
        attendee=recipient,
    )
    part = calendar_part(kind, invitation)
    return part.content.decode() if part else None


def _revised(tx: AccountTx, wanted: PreviewRequest) -> AppointmentRevision:
    """What it is about, and the revision of its calendar object."""
    if wanted.appointment_id is None:
        example = example_appointment(tx, wanted.service_id, wanted.branch_id)
        return AppointmentRevision(example, 0 if wanted.kind == BOOKED else 1, tx.now)
    if wanted.service_id is not None or wanted.branch_id is not None:
        name = "branch_id" if wanted.service_id is None else "service_id"
        raise Invalid(Fault(name, "invalid_value", "cannot stand beside an appointment"))
    return revision(tx, operator_of(tx.account.id), wanted.appointment_id)
