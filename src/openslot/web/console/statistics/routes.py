"""The addresses of this room."""

from openslot.web.console.frame.address import SEES, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.statistics.csv_file import StatisticsFile
from openslot.web.console.statistics.page import StatisticsPage


def routes(console: Console) -> Addresses:
    """The page, and its numbers as a file."""
    return {
        "/console/statistics": Address(SEES, get=StatisticsPage(console).show),
        "/console/statistics.csv": Address(SEES, get=StatisticsFile(console).download),
    }
