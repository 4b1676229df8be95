"""Pages from templates: each room's own, in the look that all rooms share."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from openslot.web.http.response import Response

if TYPE_CHECKING:
    from jinja2 import Environment

HTML = "text/html; charset=utf-8"
READING, FORMS = ("style.css",), ("style.css", "forms.css")  # style sheets of a page

_KIT = "openslot.web.page_kit"


class Templates:
    """The templates of one room. They may extend and include those of the page kit."""

    def __init__(
        self,
        room: str = _KIT,
        *,
        style_sheets: tuple[str, ...] = FORMS,
        form_action: str | None = "'self'",
        names: Mapping[str, Any] | None = None,
        filters: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        """`room` is a package with a folder `templates`; all of them see `names` and `filters`.

        `form_action` is where forms of the room may lead to; with None nothing is said, since a
        browser also stops every redirect to elsewhere that follows a form (CSP Level 3 §6.4.1).
        """
        self._rooms = tuple(dict.fromkeys((room, _KIT)))
        self._style_sheets = style_sheets
        self._form_action = "" if form_action is None else f"form-action {form_action}; "
        self._names = dict(names or {})
        self._filters = dict(filters or {})

    def render(self, template: str, **values: Any) -> bytes:
        """A template with its values, every one of them escaped.

        Raises:
            UndefinedError: the template needs a value that is not there.
        """
        return self._environment.get_template(template).render(values).encode()

    def headers(self, *, referrer_policy: str = "same-origin") -> dict[str, str]:
        """Of a page that loads and runs nothing and stands in no frame (CSP Level 3)."""
        return {
            "Content-Type": HTML,
            "Content-Language": "en",
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'sha256-{self._style_digest}'; base-uri 'none'; "
                f"{self._form_action}frame-ancestors 'none'"
            ),
            "Referrer-Policy": referrer_policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",  # for browsers and scanners that do not read the policy
        }

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        more_headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Response:
        """A page for one person, which no cache stores."""
        headers = {**self.headers(), "Cache-Control": "no-store", **(more_headers or {})}
        return Response(status, self.render(template, **values), headers)

    @cached_property
    def _environment(self) -> "Environment":
        # Loading it takes 40 ms, which a process that shows no page need not spend.
        from jinja2 import (  # noqa: PLC0415
            ChoiceLoader,
            Environment,
            PackageLoader,
            StrictUndefined,
        )

        loader = ChoiceLoader([PackageLoader(room) for room in self._rooms])
        environment = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(self._filters)
        sheets = (loader.get_source(environment, name)[0] for name in self._style_sheets)
        # It is part of the product and holds nothing of a caller, so it is not escaped.
        environment.globals["style"] = Markup("\n".join(sheets))  # noqa: S704
        environment.globals.update(self._names)
        return environment

    @cached_property
    def _style_digest(self) -> str:
        style = str(self._environment.globals["style"])
        return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
