"""Mail: made of a message, and handed to a mail server."""
