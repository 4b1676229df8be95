"""The tables of the page, in words, each with its chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openslot.scheduling.model.opening_hours import WEEKDAYS
from openslot.web.api.localized_catalogue import LocalizedCatalogue
from openslot.web.console.frame import charts
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.statistics.totals import Bookings, TimeUse, Totals
from openslot.web.page_kit.language.vocabulary import Words

_NOTHING_OPEN = "–"


@dataclass(frozen=True)
class FigureTable:
    """Rows of a name and its figures."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    part: str  # of the CSV file; "" where there is none
    chart_name: str
    bars: Sequence[charts.Bar] = ()
    tall_columns: Sequence[charts.TallColumn] = ()
    tiles: Sequence[charts.Tile] = ()


class StatisticsTables:
    """Makes the tables of some totals."""

    def __init__(self, request: ConsoleRequest, localized: LocalizedCatalogue, totals: Totals):
        """Names come from the catalogue; what is not there any more has none."""
        self._words = request.words
        self._formats = request.formats
        self._localized = localized
        self._totals = totals

    def all(self, days: Sequence[date]) -> list[FigureTable]:
        """Every table, of these dates."""
        return [
            self._by_service(),
            self._by_branch(),
            self._by_resource(),
            self._by_day(days),
            self._by_hour(),
        ]

    def _by_service(self) -> FigureTable:
        say, found = self._words.say, self._totals.services
        names = {id_: service.name for id_, service in self._localized.services.items()}
        counted = [(name, found[id_]) for id_, name in names.items() if id_ in found]
        return FigureTable(
            caption=say("By service"),
            columns=(say("Service"), *self._booking_columns(), say("Lead time")),
            rows=[
                (name, (*_bookings(one), say("{number} min", number=one.lead_minutes)))
                for name, one in counted
            ],
            part="services",
            chart_name=say("Booked by service"),
            bars=charts.bars([(name, str(one.booked), one.booked) for name, one in counted]),
        )

    def _by_branch(self) -> FigureTable:
        say = self._words.say
        names = {id_: branch.name for id_, branch in self._localized.branches.items()}
        used = _named(names, self._totals.branches)
        title, chart_name = say("By branch"), say("Utilisation by branch")
        return self._of_use(title, say("Branch"), used, "branches", chart_name)

    def _by_resource(self) -> FigureTable:
        say, of_account = self._words.say, self._localized.catalogue
        names = {
            resource.id: self._resource_name(resource.id, branch.id)
            for branch in map(of_account.branches.__getitem__, self._localized.branches)
            for resource in of_account.resources_at(branch)
        }
        used = _named(names, self._totals.resources)
        title, chart_name = say("By resource"), say("Utilisation by resource")
        return self._of_use(title, say("Resource"), used, "resources", chart_name)

    def _resource_name(self, resource_id: str, branch_id: str) -> str:
        name = self._localized.resources[resource_id].name
        if len(self._totals.branches) < 2:
            return name
        return f"{name}, {self._localized.branches[branch_id].name}"

    def _of_use(
        self,
        caption: str,
        heading: str,
        used: Sequence[tuple[str, TimeUse]],
        part: str,
        chart_name: str,
    ) -> FigureTable:
        say = self._words.say
        columns = (heading, say("Booked minutes"), say("Open minutes"), say("Utilisation"))
        return FigureTable(
            caption=caption,
            columns=columns,
            rows=[
                (name, (str(use.booked), str(use.open), per_cent(self._words, use)))
                for name, use in used
            ],
            part=part,
            chart_name=chart_name,
            bars=charts.bars(
                [(name, per_cent(self._words, use), use.per_cent or 0) for name, use in used],
                widest=100,
            ),
        )

    def _by_day(self, days: Sequence[date]) -> FigureTable:
        say, nothing = self._words.say, Bookings()
        counted = [(day, self._totals.days.get(day.isoformat(), nothing)) for day in days]
        return FigureTable(
            caption=say("By day"),
            columns=(say("Date"), *self._booking_columns()),
            rows=[(self._formats.day(day), _bookings(one)) for day, one in counted],
            part="",
            chart_name=say("Booked by day"),
            tall_columns=charts.columns(
                [(self._formats.short_day(day), one.booked) for day, one in counted]
            ),
        )

    def _by_hour(self) -> FigureTable:
        say, found = self._words.say, self._totals.hours
        hours = sorted({hour for _, hour in found})
        span = range(hours[0], hours[-1] + 1) if hours else range(0)
        used = [[found.get((weekday, hour), TimeUse()) for hour in span] for weekday in WEEKDAYS]
        return FigureTable(
            caption=say("By hour"),
            columns=(say("Weekday"), *(f"{hour:02}:00" for hour in span)),
            rows=[
                (name, [per_cent(self._words, use) for use in row])
                for name, row in zip(self._formats.weekdays(), used, strict=True)
            ],
            part="hours",
            chart_name=say("Utilisation by weekday and hour"),
            tiles=charts.tiles([[use.per_cent for use in row] for row in used]),
        )

    def _booking_columns(self) -> tuple[str, str, str]:
        say = self._words.say
        return say("Booked"), say("Cancelled"), say("No-show")


def per_cent(words: Words, use: TimeUse) -> str:
    """Whole per cents of the open time; a dash where nothing was open."""
    if use.per_cent is None:
        return _NOTHING_OPEN
    return words.say("{number}%", number=use.per_cent)


def _bookings(one: Bookings) -> tuple[str, str, str]:
    return str(one.booked), str(one.cancelled), str(one.no_show)


def _named(names: Mapping[str, str], found: Mapping[str, TimeUse]) -> list[tuple[str, TimeUse]]:
    """What was found, by name, in the order of the names."""
    return [(name, found[id_]) for id_, name in names.items() if id_ in found]
