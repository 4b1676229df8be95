"""The kinds of messages to customers, and the channels by which they go."""

BOOKED = "booked"
MOVED = "moved"
CANCELLED = "cancelled"
REMINDER = "reminder"
CODE = "code"  # of no appointment: the booking page alone sends it
MESSAGE_KINDS = (BOOKED, MOVED, CANCELLED, REMINDER)

EMAIL = "email"
SMS = "sms"
MESSAGE_CHANNELS = (EMAIL, SMS)
