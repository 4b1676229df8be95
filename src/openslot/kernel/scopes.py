"""Every scope there is."""

# The booking API's, written exactly as existing clients request them
BOOK = "com.qmatic.saas.appointments/external.appointment.book"
RESCHEDULE = "com.qmatic.saas.appointments/external.appointment.reschedule"
CANCEL = "com.qmatic.saas.appointments/external.appointment.cancel"

ADMIN_READ = "openslot/admin.read"
ADMIN_WRITE = "openslot/admin.write"  # catalogue and calendars
APPOINTMENTS_MANAGE = "openslot/appointments.manage"  # staff view, states, notes
APPOINTMENTS_OVERRIDE = "openslot/appointments.override"  # break the rules, audited
CLIENTS_MANAGE = "openslot/clients.manage"  # read and write clients
USERS_MANAGE = "openslot/users.manage"
AUDIT_READ = "openslot/audit.read"
EVENTS_READ = "openslot/events.read"  # what happened to bookings
WEBHOOKS_MANAGE = "openslot/webhooks.manage"  # who outside is told of them
BOUNCES_WRITE = "openslot/bounces.write"  # reports of mail that came back
PRIVACY_MANAGE = "openslot/privacy.manage"  # export and erase a person's data
INTROSPECT = "openslot/introspect"

BOOKING = (BOOK, RESCHEDULE, CANCEL)
# Whoever manages clients may give these to one without holding them: they give no power over the
# account, and the programs that need them are not those that make clients.
FREELY_GIVEN = frozenset({*BOOKING, BOUNCES_WRITE, INTROSPECT})
ALL = (
    *BOOKING,
    ADMIN_READ,
    ADMIN_WRITE,
    APPOINTMENTS_MANAGE,
    APPOINTMENTS_OVERRIDE,
    CLIENTS_MANAGE,
    USERS_MANAGE,
    AUDIT_READ,
    EVENTS_READ,
    WEBHOOKS_MANAGE,
    BOUNCES_WRITE,
    PRIVACY_MANAGE,
    INTROSPECT,
)
