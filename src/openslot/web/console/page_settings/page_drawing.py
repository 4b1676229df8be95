"""What a booking page will look like, as values of a drawing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.account_file.booking_page.colours import Colour, words_on
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.page_settings.settings_form import COLOURS

_LONGEST_LINE = 44
_MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class PageDrawing:
    """The colours, the title and the beginning of the introduction."""

    accent: str
    on_accent: str  # words on a button
    text: str
    background: str
    title: str
    lines: Sequence[str]
    services: Sequence[str]


def page_drawing(form: FormValues, name: str, services: Sequence[str]) -> PageDrawing:
    """The drawing of what a form says; `name` is the account's."""
    read = {name: Colour.read(form.one(name)) for name in COLOURS}
    shown = {name: read[name] or Colour.read(default) for name, default in COLOURS.items()}
    accent, text, background = (shown[name] for name in ("accent", "text", "background"))
    assert accent and text and background  # noqa: S101  (the defaults are colours)
    return PageDrawing(
        accent=accent.text,
        on_accent=words_on(accent).text,
        text=text.text,
        background=background.text,
        title=_cut(form.one("title").strip() or name),
        lines=_lines(form.one("intro")),
        services=[_cut(service) for service in services],
    )


def _lines(text: str) -> Sequence[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= _LONGEST_LINE:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    lines = [_cut(one) for one in (*lines, line) if one]
    return [*lines[: _MOST_LINES - 1], "…"] if len(lines) > _MOST_LINES else lines


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_LINE else f"{text[: _LONGEST_LINE - 1]}…"
