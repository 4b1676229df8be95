"""Pages with forms, in the look of `web.pages`."""

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from openslot.web.docs.rendering import HTML
from openslot.web.http.response import Response


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("openslot.web.page_kit"),
                PackageLoader("openslot.web.sign_in"),
                PackageLoader("openslot.web.oauth"),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # They are part of the product and hold nothing of a caller, so they go in as they are.
    sheets = [_source(environment, name) for name in ("style.css", "forms.css")]
    environment.globals["style"] = Markup("\n".join(sheets))  # noqa: S704
    return environment


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None  # noqa: S101  (for the types: it was just given)
    return environment.loader.get_source(environment, name)[0]


@cache
def _style_digest() -> str:
    style = str(_environment().globals["style"])
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def headers(leads_to: str | None = None) -> dict[str, str]:
    """Of every page. Nothing is loaded, framed, run, or kept by anybody on the way.

    `leads_to` are sources that a form may lead to besides this server: a browser also stops a
    redirect that answers a form (CSP Level 3 §6.4.1).
    """
    action = "'self'" if leads_to is None else f"'self' {leads_to}"
    return {
        "Content-Type": HTML,
        "Content-Language": "en",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_style_digest()}'; base-uri 'none'; "
            f"form-action {action}; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def page(
    template: str,
    *,
    status: int = 200,
    leads_to: str | None = None,
    more_headers: dict[str, str] | None = None,
    **values: Any,
) -> Response:
    """A page of a template with its values, every one of them escaped."""
    text = _environment().get_template(template).render(values)
    return Response(status, text.encode(), {**headers(leads_to), **(more_headers or {})})
