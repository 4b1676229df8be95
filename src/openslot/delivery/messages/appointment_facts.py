"""What a message tells, read in the transaction that takes it for sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.calendars.objects import CalendarObject
from openslot.delivery.messages.appointment_names import AppointmentNames
from openslot.delivery.model.message import Message
from openslot.delivery.texts.account_messages import AccountMessages, account_messages
from openslot.delivery.texts.facts import MessageFacts
from openslot.delivery.texts.locales import locale_of_text
from openslot.kernel.actor import operator_of
from openslot.kernel.clock import Minute
from openslot.kernel.localized_text import text_in
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.views.calendar_objects import AppointmentRevision, revision
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class ToldAppointment:
    """What is told of an appointment: in words, and as a calendar has it."""

    facts: MessageFacts
    calendar: CalendarObject
    account: AccountMessages


@dataclass(frozen=True, slots=True)
class MessageForm:
    """What kind of message tells it, by which channel and in which language."""

    kind: str
    channel: str
    language: str
    previous_start: Minute | None  # where the customer believes the appointment to be


def told_appointment(
    tx: AccountTx, message: Message, appointment: Appointment, names: AppointmentNames
) -> ToldAppointment:
    """What a message tells of an appointment, as both are now."""
    form = MessageForm(message.kind, message.channel, message.language, message.previous_start)
    revised = revision(tx, operator_of(tx.account.id), appointment.id)
    return told_in_form(tx, form, revised, names)


def told_in_form(
    tx: AccountTx, form: MessageForm, revised: AppointmentRevision, names: AppointmentNames
) -> ToldAppointment:
    """What is told of an appointment that may not be stored, and of its calendar object."""
    appointment, content = revised.appointment, tx.account.content
    locales = list(content["locales"])
    own = account_messages(content)
    written = [
        text.locale for text in own.texts if (text.kind, text.channel) == (form.kind, form.channel)
    ]
    locale = locale_of_text(form.language, locales[0], written)

    def said(text: str | Mapping[str, str]) -> str:
        return text_in(text, locale, locales)

    catalogue, placement = current_catalogue(tx), appointment.placement
    branch = catalogue.branches[placement.branch_id]
    services = ", ".join(
        said(catalogue.services[s].document["name"]) for s in placement.service_ids
    )
    name, address = said(branch.document["name"]), _address(branch.document.get("address"))
    customer = appointment.customer or {}
    facts = MessageFacts(
        locale=locale,
        zone=branch.zone,
        start=placement.start,
        end=placement.end,
        previous_start=form.previous_start,
        party=placement.party,
        account=said(content["title"]),
        sender_name=own.sender_name or said(content["title"]),
        branch=name,
        address=address,
        service=services,
        resources=[said(catalogue.resources[r].document["name"]) for r in placement.resource_ids],
        first_name=customer.get("firstName") or "",
        last_name=customer.get("lastName") or "",
        reference=appointment.reference or "",
        manage_url=names.links.url(appointment.id),
    )
    return ToldAppointment(
        facts,
        CalendarObject(
            uid=names.uids.of(appointment.id),
            sequence=revised.sequence,
            changed_at=revised.revised_at,
            start=placement.start,
            end=placement.end,
            is_cancelled=appointment.status == CANCELLED,
            summary=said(own.calendar_title) if own.calendar_title else f"{services}, {name}",
            location=", ".join(part for part in (name, address) if part),
            description=services,
        ),
        own,
    )


def _address(address: Mapping[str, Any] | None) -> str:
    if address is None:
        return ""
    city = " ".join(part for part in (address.get("zipCode"), address.get("city")) if part)
    parts = (address.get("streetName"), city, address.get("country"))
    return ", ".join(part for part in parts if part)
