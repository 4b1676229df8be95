"""The page with the numbers."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from openslot.kernel.errors import Invalid
from openslot.scheduling.staff_actions import READ_STATISTICS, StatisticsRange
from openslot.scheduling.views.statistics import dates
from openslot.web.api.catalogue_responses import BranchResponse, ServiceResponse
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.api.statistics_responses import make_rows
from openslot.web.console.frame.account_items.account_times import zone_of_account
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.statistics.filters import filled_in, wanted_range
from openslot.web.console.statistics.tables import FigureTable, StatisticsTables
from openslot.web.console.statistics.totals import Totals
from openslot.web.http.response import Response
from openslot.web.http.slices import computed
from openslot.web.page_kit.language.vocabulary import Words


class StatisticsPage:
    """`/console/statistics`."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The numbers of the dates; 422 with the form where the dates cannot be taken.

        Raises:
            NotFound: there is no such branch or service.
        """
        zone = await self._console.read(request, zone_of_account)
        try:
            wanted = wanted_range(request, zone)
            counts, localized = await self._console.run_and(
                request,
                READ_STATISTICS,
                wanted,
                lambda tx, found: (found, localized_catalogue(tx, request.language)),
            )
        except Invalid as refusal:
            return await self._refused(request, refusal)
        totals = Totals()
        await computed(make_rows(counts, wanted.first, wanted.last, totals.take))
        days = dates(wanted.first, wanted.last)
        tables = StatisticsTables(request, localized, totals).all(days)
        form = FormValues(filled_in(wanted))
        return self._page(request, localized, form, tables, wanted)

    async def _refused(self, request: ConsoleRequest, refusal: Invalid) -> Response:
        localized = await self._console.read(request, localized_catalogue, request.language)
        form = FormValues(typed=request.query, faults=_faults(refusal, request.words))
        return self._page(request, localized, form, (), None)

    def _page(
        self,
        request: ConsoleRequest,
        localized: LocalizedCatalogue,
        form: FormValues,
        tables: Sequence[FigureTable],
        wanted: StatisticsRange | None,
    ) -> Response:
        say = request.words.say
        values = {
            "branches": [("", say("All branches")), *_choices(localized.branches.values())],
            "services": [("", say("All services")), *_choices(localized.services.values())],
            "tables": tables,
            "filters": urlencode(filled_in(wanted)) if wanted else "",
        }
        return self._console.page(
            request,
            ConsolePage(
                say("Statistics"),
                "statistics/statistics.html",
                values,
                form,
                status=422 if form.faults else 200,
            ),
        )


def _faults(refusal: Invalid, words: Words) -> dict[str, str]:
    said = {
        "invalid_value": words.say("Choose a date that is not before the first one"),
        "out_of_range": words.say("Choose fewer days, or one branch"),
    }
    own = {fault.field: said[fault.code] for fault in refusal.faults if fault.code in said}
    return faults_of(refusal, words) | own


def _choices(items: Iterable[BranchResponse | ServiceResponse]) -> list[tuple[str, str]]:
    return [(item.id, item.name) for item in items]
