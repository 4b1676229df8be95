"""Feeds: addresses at which calendars fetch the appointments of a branch or a resource."""
