"""Tests on several cores (pytest-xdist): one process hands them out, the others run them."""

import pytest


def hands_out(config: pytest.Config) -> bool:
    """Whether this process runs no test itself."""
    return config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")
