"""Every call of the admin API, in one flat list."""

from openslot.web.admin_api.account.routes import ROUTES as ACCOUNT
from openslot.web.admin_api.audit.routes import ROUTES as AUDIT
from openslot.web.admin_api.catalogue.routes import ROUTES as CATALOGUE
from openslot.web.admin_api.clients.routes import ROUTES as CLIENTS
from openslot.web.admin_api.privacy.routes import ROUTES as PRIVACY
from openslot.web.admin_api.staff.routes import ROUTES as STAFF
from openslot.web.admin_api.users.routes import ROUTES as USERS
from openslot.web.http.route import AnyRoute

PREFIX = "/admin/v1"

ROUTES: tuple[AnyRoute, ...] = (
    *ACCOUNT,
    *STAFF,
    *CATALOGUE,
    *CLIENTS,
    *USERS,
    *AUDIT,
    *PRIVACY,
)  # fmt: skip
