"""Pages from templates, with everything that they need in one answer."""

import base64
import hashlib
import re
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from openslot.web.http.response import Response

HTML = "text/html; charset=utf-8"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("openslot.web.docs"), PackageLoader("openslot.web.page_kit")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = _words
    # It is part of the product and holds nothing of a caller, so it goes in as it is.
    environment.globals["style"] = Markup(_style())  # noqa: S704
    return environment


def _words(text: str) -> Markup:
    """A sentence, what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


@cache
def _style() -> str:
    templates = resources.files("openslot.web.page_kit") / "templates"
    return (templates / "style.css").read_text(encoding="utf-8")


@cache
def headers() -> dict[str, str]:
    """Of every page. Its style is allowed by its digest; nothing is loaded, framed or run."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return {
        "Content-Type": HTML,
        "Content-Language": "en",
        # CSP Level 3
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def page(template: str, **values: Any) -> Response:
    """A page."""
    text = _environment().get_template(template).render(values)
    return Response(200, text.encode(), headers())
