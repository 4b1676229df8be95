"""Pages from templates, with everything that they need in one response."""

import re
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from openslot.web.http.response import Response
from openslot.web.page_kit.rendering import READING, Templates


@cache
def _templates() -> Templates:
    return Templates(
        "openslot.web.docs",
        style_sheets=READING,
        form_action="'none'",
        filters={"words": _words},
    )


def _words(text: str) -> Markup:
    """A sentence, what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


@cache
def headers() -> dict[str, str]:
    """Of every page. It has no form, and tells nobody where a reader came from."""
    return _templates().headers(referrer_policy="no-referrer")


def page(template: str, **values: Any) -> Response:
    """A page."""
    return Response(200, _templates().render(template, **values), headers())
