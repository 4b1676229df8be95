"""The booking API over HTTP: in process, and on a real server."""
