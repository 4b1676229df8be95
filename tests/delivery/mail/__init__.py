"""Mail, with a mail server."""
