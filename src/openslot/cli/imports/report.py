"""How commands print what became of an import: lines for people, JSON for programs."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from openslot.importing.report import ImportReport
    from openslot.kernel.remarks import Remark


def report_json(report: "ImportReport") -> dict[str, Any]:
    """A report as JSON."""
    return {
        "taken": [
            {
                "file": taken.file,
                "line": taken.line,
                **({"id": taken.id, "change": taken.change} if taken.id else {}),
            }
            for taken in report.taken
        ],
        "notTaken": [_remark_json(remark) for remark in report.not_taken],
        "remarks": [_remark_json(remark) for remark in report.remarks],
    }


def _remark_json(remark: "Remark") -> dict[str, Any]:
    return {
        "file": remark.file,
        "line": remark.line,
        "column": remark.column,
        "reason": remark.says,
    }


def print_report(report: "ImportReport", *, dry_run: bool = False) -> None:
    """Each file's faults and remarks on standard error, and then how many were taken of each."""
    for remark in report.not_taken:
        typer.echo(f"{remark} (not taken)", err=True)
    for remark in report.remarks:
        typer.echo(f"{remark} (taken)", err=True)
    files = [taken.file for taken in report.taken] + [remark.file for remark in report.not_taken]
    for file in dict.fromkeys(files):
        here = [taken.change for taken in report.taken if taken.file == file]
        before, removed = here.count("unchanged"), here.count("removed")
        new = len(here) - before - removed
        faulty = len({r.line for r in report.not_taken if r.file == file})
        would = "would be " if dry_run else ""
        counts = f"{new} {would}taken, {faulty} with something not taken"
        counts += f", {before} taken before" if before else ""
        counts += f", {removed} {would}removed" if removed else ""
        typer.echo(f"{file}: {counts}", err=True)


def finish(report: "ImportReport") -> None:
    """Ends with 1 when something was not taken."""
    if report.not_taken:
        raise typer.Exit(1)
