"""An account's own text for one kind, channel and locale, in the block `messages`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.delivery.model.message_kinds import EMAIL
from openslot.kernel.errors import Fault, Invalid
from openslot.web.page_kit.field_pairs import FieldPairs

Block = Mapping[str, Any]
PARTS = ("subject", "text", "html")


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Which text."""

    kind: str
    channel: str
    locale: str

    @property
    def parts(self) -> tuple[str, ...]:
        """What it consists of."""
        return PARTS if self.channel == EMAIL else ("text",)


def stored_parts(block: Block | None, place: TextPlace) -> dict[str, str]:
    """The parts of the account's own text; empty: the product's text is sent."""
    own = next((text for text in _texts(block) if _place_of(text) == place), {})
    return {part: own[part] for part in PARTS if own.get(part)}


def typed_parts(form: FieldPairs, place: TextPlace) -> dict[str, str]:
    """The parts that were typed."""
    # Browsers send lines with CR LF (HTML, form submission); the file has LF.
    typed = {part: form.one(part).replace("\r\n", "\n").strip() for part in place.parts}
    return {part: text for part, text in typed.items() if text}


def changed_block(
    block: Block | None, place: TextPlace, parts: Mapping[str, str]
) -> dict[str, Any] | None:
    """The block with the text; without it where no part says anything.

    Raises:
        Invalid: a part is missing, by field.
    """
    needed = [part for part in place.parts if part != "html" and part not in parts]
    if parts and needed:
        raise Invalid(*(Fault(part, "missing", "This is needed") for part in needed))
    others = [text for text in _texts(block) if _place_of(text) != place]
    own = {"kind": place.kind, "channel": place.channel, "locale": place.locale, **parts}
    texts = [*others, own] if parts else others
    changed = {**({} if block is None else block), "texts": texts}
    return {name: value for name, value in changed.items() if value} or None


def field_of(pointer: str) -> str:
    """The part that a fault of the block is about."""
    part = pointer.rpartition("/")[2]
    return part if part in PARTS else ""


def _texts(block: Block | None) -> list[Block]:
    return [] if block is None else list(block.get("texts", ()))


def _place_of(text: Block) -> TextPlace:
    return TextPlace(text["kind"], text["channel"], text["locale"])
