"""Every call of the admin API, in one flat list."""

from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE
from openslot.web.admin_api.account import sandbox
from openslot.web.admin_api.account.routes import ROUTES as ACCOUNT
from openslot.web.admin_api.catalogue.routes import ROUTES as CATALOGUE
from openslot.web.admin_api.clients.routes import ROUTES as CLIENTS
from openslot.web.admin_api.privacy.routes import ROUTES as PRIVACY
from openslot.web.admin_api.staff.routes import ROUTES as STAFF
from openslot.web.admin_api.users.routes import ROUTES as USERS
from openslot.web.http.route import AnyRoute, Operation

PREFIX = "/admin/v1"

ROUTES: tuple[AnyRoute, ...] = (
    Operation(
        "GET", "/sandbox/clock", sandbox.get_clock, "What time it is for a sandbox account",
        (ADMIN_READ, ADMIN_WRITE), sandbox.Clock, errors=(NotFound,),
    ),
    Operation(
        "PUT", "/sandbox/clock", sandbox.set_clock, "Set a sandbox account's time",
        (ADMIN_WRITE,), sandbox.Clock, 200, sandbox.ClockRequest, errors=(NotFound, Invalid),
    ),
    *STAFF,
    *ACCOUNT,
    *CATALOGUE,
    *CLIENTS,
    *USERS,
    *PRIVACY,
)  # fmt: skip
