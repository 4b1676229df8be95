"""Every route of the admin API: the site map, and what OpenAPI is made of."""

from openslot.web.admin_api.account.routes import ROUTES as ACCOUNT
from openslot.web.admin_api.addresses import PREFIX
from openslot.web.admin_api.audit.routes import ROUTES as AUDIT
from openslot.web.admin_api.catalogue.routes import ROUTES as CATALOGUE
from openslot.web.admin_api.clients.routes import ROUTES as CLIENTS
from openslot.web.admin_api.events.routes import ROUTES as EVENTS
from openslot.web.admin_api.feeds.routes import ROUTES as FEEDS
from openslot.web.admin_api.messages.routes import ROUTES as MESSAGES
from openslot.web.admin_api.privacy.routes import ROUTES as PRIVACY
from openslot.web.admin_api.staff.routes import ROUTES as STAFF
from openslot.web.admin_api.users.routes import ROUTES as USERS
from openslot.web.admin_api.webhooks.routes import ROUTES as WEBHOOKS
from openslot.web.http.route import AnyRoute

__all__ = ["PREFIX", "ROUTES"]

ROUTES: tuple[AnyRoute, ...] = (
    *ACCOUNT,  # /account, /apply, /export, /sandbox
    *CATALOGUE,  # /branches with /overrides, /service-groups, /services, /resources, …
    *STAFF,  # /appointments, /calendar, /statistics, /resources/{resourceId}/blocks
    *MESSAGES,  # /appointments/{appointmentId}/messages
    *CLIENTS,  # /clients with /secrets and /api-keys
    *USERS,  # /users
    *AUDIT,  # /audit-events
    *EVENTS,  # /events
    *WEBHOOKS,  # /webhooks with /secrets and /deliveries, /sandbox/deliveries
    *FEEDS,  # /feeds
    *PRIVACY,  # /customers
)
