"""The appointments of a day at the desk: seen, followed and acted on."""
