"""The statistics as a CSV file: the rows of the API, as the API gives them."""

from collections.abc import Iterable

from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.staff_actions import READ_STATISTICS
from openslot.web.api.csv_rows import CSV, csv_row
from openslot.web.api.statistics_responses import PARTS, Row, make_rows
from openslot.web.console.frame.account_items.account_times import zone_of_account
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.statistics.filters import wanted_range
from openslot.web.http.response import Response
from openslot.web.http.slices import computed


class StatisticsFile:
    """`/console/statistics.csv`."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def download(self, request: ConsoleRequest) -> Response:
        """One part of the numbers.

        Raises:
            Invalid: there is no such part, or the dates cannot be taken.
            NotFound: there is no such branch or service.
        """
        part = request.query.one("part") or "services"
        if part not in PARTS:
            raise Invalid(Fault("part", "invalid_value", f"must be one of {', '.join(PARTS)}"))
        zone = await self._console.read(request, zone_of_account)
        wanted = wanted_range(request, zone)
        counts = await self._console.run(request, READ_STATISTICS, wanted)
        members = tuple(PARTS[part].model_fields)
        lines = [csv_row(members)]

        def write(of: str, rows: Iterable[Row]) -> None:
            if of == part:
                lines.extend(csv_row(row[member] for member in members) for row in rows)

        await computed(make_rows(counts, wanted.first, wanted.last, write))
        name = f"statistics-{part}-{wanted.first}-{wanted.last}.csv"
        return Response(
            200,
            "".join(lines).encode(),
            {
                "Content-Type": CSV,
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )
