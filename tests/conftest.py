"""For all tests: no secret of theirs stands in a log."""

pytest_plugins = ["leaks.plugin"]
