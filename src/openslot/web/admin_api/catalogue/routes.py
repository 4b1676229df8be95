"""The routes of the catalogue."""

from openslot.web.admin_api.catalogue.date_overrides import OVERRIDES
from openslot.web.admin_api.catalogue.kinds import COLLECTIONS
from openslot.web.http.route import AnyRoute

ROUTES: tuple[AnyRoute, ...] = (
    *(route for collection in COLLECTIONS for route in collection.routes()),
    *OVERRIDES.routes(),
)
