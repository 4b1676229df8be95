"""Which format of the audit trail a caller prefers."""

from collections.abc import Sequence

_NAMES = {
    "application/json": "json",
    "text/csv": "csv",
    "application/x-ndjson": "jsonl",
}


def preferred(accept: str) -> str:
    """The format that an Accept header prefers (RFC 9110 §12.5.1); JSON where it names none."""
    choices = [("json", 0.0)]
    for choice in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in choice.split(";"))
        if media_type in _NAMES:
            choices.append((_NAMES[media_type], _quality(parameters)))
    # Of equals the one named first; JSON stands first of all, but is worth nothing unless named.
    return max(choices, key=lambda choice: choice[1])[0]


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1
