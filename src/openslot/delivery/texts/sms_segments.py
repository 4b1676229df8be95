"""How long an SMS is, as networks count and charge it. Pure.

Source: 3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.
"""

from collections.abc import Sequence
from dataclasses import dataclass

GSM_7, UCS_2 = "GSM-7", "UCS-2"
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[]~|€\f")  # each takes two places


@dataclass(frozen=True, slots=True)
class SmsLength:
    """What a text takes; `characters` are places of its encoding."""

    encoding: str
    characters: int
    segments: int


def sms_length(text: str) -> SmsLength:
    """The length of a text: GSM-7 where that has all of its characters, else UCS-2."""
    if all(one in _BASIC or one in _EXTENDED for one in text):
        places = [2 if one in _EXTENDED else 1 for one in text]
        return SmsLength(GSM_7, sum(places), _segments(places, 160, 153))
    places = [len(one.encode("utf-16-le")) // 2 for one in text]
    return SmsLength(UCS_2, sum(places), _segments(places, 70, 67))


def _segments(places: Sequence[int], alone: int, each: int) -> int:
    """A character of two places is never divided between segments."""
    if sum(places) <= alone:
        return 1
    segments, used = 1, 0
    for wide in places:
        if used + wide > each:
            segments, used = segments + 1, 0
        used += wide
    return segments
