"""Whether somebody would rather have a page or data (RFC 9110 §12.5.1). Pure."""

from collections.abc import Iterable

_PAGES = ("text/html", "application/xhtml+xml")
_DATA = ("application/json", "application/problem+json")


def prefers_html(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether `Accept` names pages, and data no more than those."""
    accepted = ",".join(value.decode("latin-1") for name, value in headers if name == b"accept")
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        weights[media_type] = max(weights.get(media_type, 0.0), _weight(parameters))
    pages = max(weights.get(one, 0.0) for one in _PAGES)
    return pages > 0 and pages > max(weights.get(one, 0.0) for one in _DATA)


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
