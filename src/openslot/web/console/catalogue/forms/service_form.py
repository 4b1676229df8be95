"""The form of a service."""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.web.console.catalogue.forms.entry_form import (
    Entry,
    Stored,
    stored_numbers,
    with_numbers,
    with_text,
)
from openslot.web.console.frame.account_items.made_keys import key_of
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.localized_fields import text_values, typed_text

NUMBERS = {
    "durationMinutes": "durationMinutes",
    "slotStepMinutes": "slotStepMinutes",
    "bufferBeforeMinutes": "bufferBeforeMinutes",
    "bufferAfterMinutes": "bufferAfterMinutes",
    "minimumNoticeMinutes": "minimumNoticeMinutes",
    "horizonDays": "horizonDays",
    "maxNumberOfReservations": "maxNumberOfReservations",
}
QUESTIONS = "questions"  # the hidden field that says how many there are
ADD_QUESTION = "add-question"  # the button
_MOST_QUESTIONS = 50
_LONGEST_STEP_MINUTES = 1440


class ServiceForm:
    """Something bookable."""

    fields: Mapping[str, str] = {
        "/name": "name",
        "/key": "key",
        "/group": "group",
        "/resourceTypes": "resourceTypes",
        "/branches": "branches",
        **{f"/{member}": name for name, member in NUMBERS.items()},
        **{f"/questions/{place}": f"question-{place + 1}" for place in range(_MOST_QUESTIONS)},
    }

    def stored(self, entry: Entry, locales: Sequence[str]) -> Stored:
        """The values of the fields."""
        questions = entry.get("questions", ())
        values: Stored = {
            **text_values("name", entry.get("name", ""), locales),
            **stored_numbers(entry, NUMBERS),
            "group": entry.get("group") or "",
            "resourceTypes": ", ".join(entry.get("resourceTypes", ())),
            "branches": list(entry.get("branches", ())),
            QUESTIONS: str(len(questions)),
        }
        for place, question in enumerate(questions, 1):
            values |= text_values(f"question-{place}", question["text"], locales)
            values[f"question-{place}-key"] = question["key"]
            values[f"question-{place}-required"] = "yes" if question.get("required") else ""
        return values

    def changed(self, entry: Entry, form: FieldPairs, locales: Sequence[str]) -> dict[str, Any]:
        """The entry with what the form says."""
        changed = {
            **entry,
            "name": typed_text("name", form, locales),
            "resourceTypes": [
                part.strip() for part in form.one("resourceTypes").split(",") if part.strip()
            ],
            "branches": form.all("branches"),
            "questions": _questions(form, locales),
        }
        changed = with_text(changed, "group", form.one("group").strip())
        changed = with_numbers(changed, form, NUMBERS)
        # One appointment after the other. What is wrong with the duration is not said twice.
        usual = min(max(changed.get("durationMinutes", 1), 1), _LONGEST_STEP_MINUTES)
        return {"slotStepMinutes": usual, **changed}


def question_rows(values: FieldPairs | Mapping[str, str | Sequence[str]]) -> int:
    """How many questions the form shows; one more where its button was pressed."""
    if not isinstance(values, FieldPairs):
        return int(str(values.get(QUESTIONS, "0")))
    typed = values.one(QUESTIONS)
    rows = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0
    return min(rows + values.has(ADD_QUESTION), _MOST_QUESTIONS)


def _questions(form: FieldPairs, locales: Sequence[str]) -> list[dict[str, Any]]:
    """Those that have a text; an emptied one is gone."""
    made: list[dict[str, Any]] = []
    for place in range(1, _MOST_QUESTIONS + 1):
        text = typed_text(f"question-{place}", form, locales)
        if not text:
            continue
        keys = [question["key"] for question in made]
        key = form.one(f"question-{place}-key") or key_of(text, keys)
        required = form.one(f"question-{place}-required") == "yes"
        made.append({"key": key, "text": text, **({"required": True} if required else {})})
    return made
