"""HTTP for every interface: requests read, calls run, responses and errors written."""
