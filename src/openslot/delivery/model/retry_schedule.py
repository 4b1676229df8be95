"""When something that could not be delivered is tried again. Pure."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LEAST, _MOST = 0.8, 1.2
LONGEST_WAIT_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    """Pauses after the first attempt, the second, and so on; then it is given up, or goes on."""

    pauses_seconds: Sequence[int]
    repeats_last: bool = False

    def pause_seconds(
        self,
        failed: int,
        retry_after_seconds: float | None = None,
        luck: Callable[[float, float], float] = random.uniform,
    ) -> float | None:
        """The pause after so many failed attempts; None: it is given up.

        It is spread by a random 0.8 to 1.2, so that what failed together does not come back
        together. What the other side asked for makes it longer, at most to a day, never shorter.
        """
        if failed > len(self.pauses_seconds) and not self.repeats_last:
            return None
        pause = self.pauses_seconds[min(failed, len(self.pauses_seconds)) - 1] * luck(_LEAST, _MOST)
        wished = min(retry_after_seconds or 0.0, LONGEST_WAIT_SECONDS)
        return max(pause, wished)


def retry_after(text: str | None, now: datetime) -> float | None:
    """The seconds that `Retry-After` asks for; None: it is not there, or says nothing.

    Source: RFC 9110 §10.2.3: seconds, or a date.
    """
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:12]), int(LONGEST_WAIT_SECONDS)))
    try:
        at = parsedate_to_datetime(text)
        return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())
    except (ValueError, OverflowError):  # a year or an offset that is no number of a date
        return None
