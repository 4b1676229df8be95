"""Every call of the admin API, in one flat list."""

from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE
from openslot.web.admin_api.account import sandbox
from openslot.web.admin_api.catalogue.routes import CATALOGUE_OPERATIONS
from openslot.web.admin_api.clients.routes import CLIENT_OPERATIONS
from openslot.web.admin_api.privacy.routes import PEOPLE_OPERATIONS
from openslot.web.admin_api.staff.routes import STAFF_OPERATIONS
from openslot.web.admin_api.users.routes import USER_OPERATIONS
from openslot.web.http.route import Operation

PREFIX = "/admin/v1"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", "/sandbox/clock", sandbox.get_clock, "What time it is for a sandbox account",
        (ADMIN_READ, ADMIN_WRITE), sandbox.Clock, errors=(NotFound,),
    ),
    Operation(
        "PUT", "/sandbox/clock", sandbox.set_clock, "Set a sandbox account's time",
        (ADMIN_WRITE,), sandbox.Clock, 200, sandbox.ClockRequest, errors=(NotFound, Invalid),
    ),
    *STAFF_OPERATIONS,
    *CATALOGUE_OPERATIONS,
    *CLIENT_OPERATIONS,
    *USER_OPERATIONS,
    *PEOPLE_OPERATIONS,
)  # fmt: skip
