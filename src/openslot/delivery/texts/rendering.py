"""A message as it is sent, in plain text and HTML, of what is to be told. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from openslot.delivery.model.message_kinds import SMS
from openslot.delivery.texts.code_texts import CodeFacts, code_text
from openslot.delivery.texts.facts import MessageFacts, variables
from openslot.delivery.texts.local_times import is_right_to_left, local_date, local_time
from openslot.delivery.texts.locales import language_of, language_tag, own_words
from openslot.delivery.texts.own_texts import AccountText, filled
from openslot.delivery.texts.product_texts import ProductText, product_sms, product_text

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONGEST_SUBJECT = 250
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_WHOLE_PAGE = re.compile(r"<html\b", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """What the customer reads. An SMS has no subject ("") and no HTML (None)."""

    subject: str
    text: str
    html: str | None


def prepare(locale: str) -> None:
    """Loads what messages in a language are made with: 20 ms that a loop should not spend."""
    _template()
    own_words(locale)
    zone = ZoneInfo("UTC")
    local_date(0, zone, locale)
    local_time(0, zone, locale)


def render(
    kind: str, channel: str, facts: MessageFacts, texts: Sequence[AccountText] = ()
) -> RenderedMessage:
    """The message of a kind for a channel: by the account's own text, else by the product's.

    Of the account's texts the one of the facts' locale counts, else one of its language.
    """
    own = own_text(kind, channel, facts.locale, texts)
    if channel == SMS:
        text = product_sms(kind, facts) if own is None else filled(own.text, variables(kind, facts))
        return RenderedMessage("", text.strip(), None)
    if own is not None:
        return _of_account(own, variables(kind, facts), facts)
    content = product_text(kind, facts)
    subject = one_line(content.subject)
    return RenderedMessage(subject, _plain(content), _page(facts, subject, content=content))


def render_code(facts: CodeFacts) -> RenderedMessage:
    """The mail with a code."""
    content = code_text(facts)
    return RenderedMessage(
        content.subject, _plain(content), _page(facts, content.subject, content=content)
    )


def one_line(text: str) -> str:
    """A text for a header: line breaks and other control characters become spaces."""
    return _BREAKS.sub(" ", text).strip()[:_LONGEST_SUBJECT]


def own_text(
    kind: str, channel: str, locale: str, texts: Sequence[AccountText]
) -> AccountText | None:
    """The account's text for a kind and channel: of the locale, else of its language."""
    of_kind = [one for one in texts if (one.kind, one.channel) == (kind, channel)]
    exact = [one for one in of_kind if one.locale == locale]
    near = [one for one in of_kind if language_of(one.locale) == language_of(locale)]
    return next(iter([*exact, *near]), None)


def _of_account(own: AccountText, values: dict[str, Any], facts: MessageFacts) -> RenderedMessage:
    subject = one_line(filled(own.subject, values))
    text = filled(own.text, values).strip() + "\n"
    if own.html is None:
        return RenderedMessage(subject, text, _page(facts, subject, body=_paragraphs(text)))
    from markupsafe import Markup  # noqa: PLC0415

    html = filled(own.html, values, is_html=True)
    if _WHOLE_PAGE.search(own.html):
        return RenderedMessage(subject, text, html)
    # The account wrote the markup itself, and `filled` has escaped the values in it.
    return RenderedMessage(subject, text, _page(facts, subject, body=Markup(html)))  # noqa: S704


def _plain(content: ProductText) -> str:
    lines = [content.heading, "", content.greeting, ""]
    lines += [f"{label}: {value}" for label, value in content.rows]
    if content.url:
        lines += ["", f"{content.action}:", content.url]
    return "\n".join([*lines, "", content.sender]) + "\n"


def _paragraphs(text: str) -> "Markup":
    """Plain text as HTML: paragraphs, lines and links as they are in it."""
    from markupsafe import Markup, escape  # noqa: PLC0415

    paragraphs = Markup()
    for paragraph in _PARAGRAPHS.split(text.strip()):
        lines = Markup("<br>").join(escape(line) for line in paragraph.split("\n"))
        linked = _URL.sub(lambda url: f'<a href="{url[0]}">{url[0]}</a>', str(lines))
        # `escape` has been over it, and the pattern takes nothing that could end an attribute.
        paragraphs += Markup(f"<p>{linked}</p>\n")  # noqa: S704
    return paragraphs


def _page(facts: MessageFacts | CodeFacts, subject: str, **content: Any) -> str:
    return _template().render(
        subject=subject,
        sender=facts.sender_name,
        tag=language_tag(facts.locale),
        rtl=is_right_to_left(facts.locale),
        **content,
    )


@lru_cache(maxsize=1)
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("openslot.delivery.texts"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("message.html")
