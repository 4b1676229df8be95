"""Other people's OAuth clients and validators, against a running server."""
