"""What settings of mail may be."""

from typing import Any

from openslot.kernel.mail_server import MailServerWrong, mail_server
from openslot.setting_values import WrongValue, is_host_name, plain_text

_SENDER_IN_SANDBOXES = "noreply@sandbox.invalid"  # RFC 2606 §2: no such domain exists


def smtp_url(value: Any) -> str:
    """`smtp://…` or `smtps://…` of a mail server, or nothing."""
    text = plain_text(value)
    try:
        if text:
            mail_server(text)
    except MailServerWrong as error:
        raise WrongValue(str(error)) from error
    return text


def mailbox(value: Any) -> str:
    """An address of mail, or `Name <address>`, or nothing."""
    text = plain_text(value).strip()
    if text:
        _check_mail_address(name_and_address(text)[1], value)
    return text


def return_path(value: Any) -> str:
    """An address of mail that may hold `{id}`, or nothing."""
    text = plain_text(value)
    if text:
        _check_mail_address(text.replace("{id}", "0" * 32), value)
    return text


def _check_mail_address(address: str, value: Any) -> None:
    # They take 20 ms, and most installations name no address.
    from email.errors import HeaderParseError  # noqa: PLC0415
    from email.headerregistry import Address  # noqa: PLC0415

    try:
        parsed = Address(addr_spec=address)
    except (ValueError, IndexError, HeaderParseError):
        parsed = Address()
    if not parsed.username or not is_host_name(parsed.domain):
        raise WrongValue(f"must hold an address such as noreply@example.org; it is {value!r}")


def name_and_address(text: str) -> tuple[str, str]:
    """What `mailbox` has taken, in two parts; the name may be ""."""
    if not text.endswith(">"):
        return "", text
    name, _, address = text.removesuffix(">").rpartition("<")
    return name.strip().strip('"'), address


def sender_address(mail_from: str) -> str:
    """The address that mail is from, in one spelling; without one nothing ever leaves."""
    local, _, domain = (name_and_address(mail_from)[1] or _SENDER_IN_SANDBOXES).rpartition("@")
    # RFC 5321 §2.4: the case of a domain says nothing, and calendars compare organizers.
    return f"{local}@{domain.lower()}"
