"""The form of a booking page: what the account file's block `bookingPage` says. Pure.

The form changes what it shows and leaves the rest of the block as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.account_file.booking_page.documents import PageColours, PageLimits
from openslot.kernel.errors import Fault, Invalid
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.localized_fields import text_values, typed_text

Block = Mapping[str, Any]

TEXTS = ("intro", "consent", "done")
COLOURS: Mapping[str, str] = PageColours().model_dump()  # the defaults
LIMITS: Mapping[str, int] = PageLimits().model_dump(by_alias=True)
_CONTACT = {"contactPhone": "phone", "contactEmail": "email"}
FIELDS = {  # where in an account what stands that a field shows
    f"/bookingPage/{pointer}": name
    for pointer, name in {
        "title": "title",
        **{f"texts/{name}": name for name in TEXTS},
        **{f"colours/{name}": name for name in COLOURS},
        **{f"contact/{member}": name for name, member in _CONTACT.items()},
        **{f"limits/{name}": name for name in LIMITS},
        "logo": "logo",
        "privacyUrl": "privacyUrl",
        "embedOrigins": "embedOrigins",
        "languages": "languages",
    }.items()
}


def stored_values(block: Block | None, locales: Sequence[str]) -> dict[str, str | Sequence[str]]:
    """The values of the fields; where there is no page yet, those of a new one."""
    page: Block = {} if block is None else block
    texts, colours = page.get("texts", {}), page.get("colours", {})
    values: dict[str, str | Sequence[str]] = {
        "enabled": "yes" if page.get("enabled", True) else "",
        "listed": "yes" if page.get("listed") else "",
        "logo": page.get("logo", ""),
        "privacyUrl": page.get("privacyUrl", ""),
        "embedOrigins": "\n".join(page.get("embedOrigins", ())),
        "languages": tuple(page.get("languages", ())),
        **{name: colours.get(name, default) for name, default in COLOURS.items()},
        **{name: page.get("contact", {}).get(member, "") for name, member in _CONTACT.items()},
        **{name: str(page.get("limits", {}).get(name, most)) for name, most in LIMITS.items()},
        **text_values("title", page.get("title", ""), locales),
    }
    for name in TEXTS:
        values |= text_values(name, texts.get(name, ""), locales)
    return values


def changed_block(block: Block | None, form: FieldPairs, locales: Sequence[str]) -> dict[str, Any]:
    """The block with what the form says.

    Raises:
        Invalid: a limit is no number, by field.
    """
    page: Block = {} if block is None else block
    wanted = {
        **page,
        "enabled": form.one("enabled") == "yes",
        "listed": form.one("listed") == "yes",
        "title": _text("title", form, locales),
        "texts": _given({**page.get("texts", {})} | {n: _text(n, form, locales) for n in TEXTS}),
        "colours": {
            name: form.one(name).strip().lower() or default for name, default in COLOURS.items()
        },
        "logo": "".join(form.one("logo").split()),
        "privacyUrl": form.one("privacyUrl").strip(),
        "contact": _given({member: form.one(name).strip() for name, member in _CONTACT.items()}),
        "embedOrigins": form.one("embedOrigins").split(),
        "languages": form.all("languages"),
        "limits": _limits(form),
    }
    for name in ("colours", "limits"):
        defaults: Mapping[str, Any] = COLOURS if name == "colours" else LIMITS
        if wanted[name] == dict(defaults):
            wanted[name] = {}
    return _given(wanted)


def _limits(form: FieldPairs) -> dict[str, int]:
    limits, faults = {}, []
    for name, most in LIMITS.items():
        text = form.one(name).strip()
        if not text:
            limits[name] = most
        elif text.isascii() and text.isdigit() and len(text) < 10:
            limits[name] = int(text)
        else:
            faults.append(Fault(name, "no_number", "Enter a whole number"))
    if faults:
        raise Invalid(*faults)
    return limits


def _text(name: str, form: FieldPairs, locales: Sequence[str]) -> str | dict[str, str]:
    # Browsers send lines with CR LF (HTML, form submission); the file has LF.
    plain = FieldPairs([(key, value.replace("\r\n", "\n")) for key, value in form.pairs])
    return typed_text(name, plain, locales)


def _given(members: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing."""
    return {name: value for name, value in members.items() if value not in ("", [], {}, None)}
