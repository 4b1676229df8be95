"""Where the admin API is."""

from openslot.web.http.route import Call

PREFIX = "/admin/v1"


def url_of(call: Call, path: str) -> str:
    """The URL of a path of this API, with the ids of the call's own path in it."""
    for name in call.path:
        path = path.replace(f"{{{name}}}", call.path_id(name))
    return f"{call.settings.public_url}{PREFIX}{path}"
