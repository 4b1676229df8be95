"""What follows from an attempt to deliver something."""

from enum import StrEnum


class Result(StrEnum):
    """The texts are those of the metric."""

    DELIVERED = "delivered"
    RETRIED = "retried"  # it may work later
    FAILED = "failed"  # it is given up
