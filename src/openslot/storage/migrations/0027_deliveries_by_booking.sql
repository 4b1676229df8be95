-- The deliveries of an appointment, whose person may be erased, or that somebody asks for.
CREATE INDEX webhook_deliveries_by_booking ON webhook_deliveries (account_id, booking_id);
