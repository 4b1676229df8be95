"""Texts of an account: judged when they are written, and filled with data that stays data."""

import pytest

from openslot.delivery.model.message_kinds import BOOKED, EMAIL, MOVED, SMS
from openslot.delivery.texts.own_texts import AccountText, fault_of_text
from openslot.delivery.texts.rendering import render

from ..message_facts import facts

_GOOD = [
    "Hello {{ firstName }}",
    "{% if party > 1 %}{{ party }} people{% elif reference == 'x' %}-{% else %}alone{% endif %}",
    "{% for one in resources %}{{ one }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{{ resources | join(', ') | upper }} {{ reference | default('none') | trim }}",
    "{# a note #}50% { } {{ '{{' }}",
    "With {{ resources }}: {{ resources | first }}, {{ firstName | first }}. {{ lastName | last }}",
    "{% if 'x' in reference and 1 < party <= 3 or date > '' or 'y' in resources %}x{% endif %}",
    "{{ 'a' if party > 1 }}{{ (firstName or lastName) | first }}",
    "{{ reference | default('none') > '' }}",
]
_BAD = [  # text, line, column, a word of what is said
    ("{{ firstNam }}", 1, 4, "'firstNam'"),
    ("a\nfirst {{ email }}", 2, 10, "'email'"),
    ("first {{ first }}", 1, 10, "'first'"),
    ("{{ previousDate }}", 1, 4, "'previousDate'"),
    ("{{ branch | shout }}", 1, 13, "'shout'"),
    ("a\n\n{% if party %}", 3, 1, "endif"),
    ("{{ branch", 1, 1, "end of"),
    ("{{ branch * 9 }}", 1, 4, "Only"),
    ("{{ branch ~ branch }}", 1, 4, "Only"),
    ("{{ [branch] }}", 1, 5, "Only"),
    ("{{ range(9) }}", 1, 4, "Only"),
    ("{% set x = branch %}", 1, 4, "Only"),
    ("{% macro x() %}{% endmacro %}", 1, 4, "Only"),
    ("{% include 'x' %}", 1, 4, "Only"),
    ("{{ branch.__class__ }}", 1, 11, "'__class__'"),
    ("{{ branch['x'] }}", 1, 4, "Only"),
    ("{{ loop.last }}", 1, 9, "'last'"),
    ("{{ loop }}", 1, 4, "'loop'"),
    ("{% for a in branch %}{% endfor %}", 1, 4, "resources"),
    ("{% for a in resources %}\n{% for b in resources %}{% endfor %}{% endfor %}", 2, 4, "inside"),
    ("{% for a in resources recursive %}{% endfor %}", 1, 4, "resources"),
    ("{{ resources | join('xx')\n | join('yy') }}", 2, 4, "'join'"),
    ("{{ resources | join(branch) }}", 1, 16, "'join'"),
    ("{{ branch | safe }}", 1, 13, "'safe'"),
    ("x" * 10_001, 1, 1, "10000"),
    ("{{ " + "(" * 4000 + "branch" + ")" * 4000 + " }}", 1, 1, "deeply"),
    ("{{ " + "not " * 2000 + "branch }}", 1, 1, "deeply"),
    ("{% if party %}" * 300 + "{% endif %}" * 300, 1, 1, "deeply"),
    # What would fail when it is filled
    ("a {% if resources > 1 %}x{% endif %}", 1, 6, "'>'"),
    ("{% if firstName < 3 %}x{% endif %}", 1, 4, "'<'"),
    ("{% if 1 < party < date %}x{% endif %}", 1, 4, "'<'"),
    ("{% if (firstName or party) >= 1 %}x{% endif %}", 1, 4, "'>='"),
    ("{% if firstName in party %}x{% endif %}", 1, 4, "'in'"),
    ("{% if party not in resources %}x{% endif %}", 1, 4, "'not in'"),
    ("{% for party in resources if party > 1 %}{% endfor %}", 1, 4, "'>'"),
    ("{{ party | first }}", 1, 12, "'first'"),
    ("{{ branch | upper('x') }}", 1, 13, "'upper'"),
    ("{{ resources | join(', ', 'x') }}", 1, 16, "'join'"),
    ("x {% for loop in resources %}{% endfor %}", 1, 3, "loop"),
    ("{{ " + "9" * 5000 + " }}", 1, 1, "number"),
    (r"{{ branch }} {{ '\ud800' }}", 1, 4, "half"),
]


@pytest.mark.parametrize("text", _GOOD)
def test_variables_conditions_loops_and_filters_are_taken(text: str) -> None:
    assert fault_of_text(BOOKED, text) is None


@pytest.mark.parametrize(
    ("text", "line", "column", "word"), _BAD, ids=[str(n) for n in range(len(_BAD))]
)
def test_what_cannot_be_sent_is_refused_with_its_place(
    text: str, line: int, column: int, word: str
) -> None:
    fault = fault_of_text(BOOKED, text)
    assert fault is not None
    assert (fault.line, fault.column) == (line, column)
    assert word in fault.detail


def test_the_previous_time_is_known_where_something_moved() -> None:
    assert fault_of_text(MOVED, "{{ previousDate }} {{ previousTime }}") is None


@pytest.mark.parametrize("text", _GOOD)
def test_what_is_taken_can_be_filled(text: str) -> None:
    own = AccountText(BOOKED, EMAIL, "en_US", subject="s", text=text)
    assert render(BOOKED, EMAIL, facts(resources=()), [own]).subject == "s"
    assert render(BOOKED, EMAIL, facts(first_name="", last_name=""), [own]).subject == "s"


def test_several_resources_read_as_people_write_them() -> None:
    own = AccountText(
        BOOKED, EMAIL, "en_US", subject="s", text="{{ resources }}", html="<i>{{ resources }}</i>"
    )
    message = render(BOOKED, EMAIL, facts(resources=("Desk <1>", "Room 2")), [own])
    assert message.text == "Desk <1>, Room 2\n"
    assert message.html is not None and "<i>Desk &lt;1&gt;, Room 2</i>" in message.html


def test_values_are_data() -> None:
    evil = "<b>{{ party }}</b>\r\nBcc: a@b.example"
    own = AccountText(
        BOOKED,
        EMAIL,
        "en_US",
        subject="For {{ firstName }}",
        text="Dear {{ firstName }}",
        html="<i>{{ firstName }}</i>",
    )
    message = render(BOOKED, EMAIL, facts(first_name=evil), [own])
    assert message.subject == "For <b>{{ party }}</b> Bcc: a@b.example"
    assert message.text == f"Dear {evil}\n"
    assert message.html is not None
    assert "<i>&lt;b&gt;{{ party }}&lt;/b&gt;" in message.html


def test_html_is_made_of_the_text_with_its_paragraphs_lines_and_links() -> None:
    text = "Dear <b>\n{{ firstName }}\n\nSee {{ manageUrl }}.\n"
    own = AccountText(BOOKED, EMAIL, "en_US", subject="s", text=text)
    html = render(BOOKED, EMAIL, facts(manage_url='https://a.example/?x=1&y="2'), [own]).html
    assert html is not None
    assert "<p>Dear &lt;b&gt;<br>Jo</p>" in html
    assert '<a href="https://a.example/?x=1&amp;y=&#34;2">' in html


@pytest.mark.parametrize(
    ("locale", "text"),
    [("nl_NL", "exact"), ("nl_BE", "near"), ("de_DE", "Bestätigt")],
)
def test_the_text_of_the_locale_counts_then_one_of_its_language(locale: str, text: str) -> None:
    texts = [
        AccountText(BOOKED, SMS, "nl_AW", subject="", text="near"),
        AccountText(BOOKED, SMS, "nl_NL", subject="", text="exact"),
        AccountText(BOOKED, EMAIL, "de_DE", subject="", text="mail"),
    ]
    assert render(BOOKED, SMS, facts(locale=locale), texts).text.startswith(text)
