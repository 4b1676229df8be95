"""`python -m benchmarks [quick] [SUBJECT…]`: measures and writes RESULTS.md."""

import shutil
import sys

from benchmarks import (
    booking_page,
    bookings,
    catalogue,
    console,
    costs,
    costs_of_disk,
    customers,
    identity,
    life,
    many_accounts,
    orchestra,
    outbox,
    postgresql_beside_sqlite,
    races,
    slots,
    staff,
    tokens,
)
from benchmarks.report import PAGE, page, table

SUBJECTS = {
    "tokens": tokens.measure,
    "identity": identity.measure,
    "slots": slots.measure,
    "bookings": bookings.measure,
    "postgresql": postgresql_beside_sqlite.measure,
    "races": races.measure,
    "costs": costs.measure,
    "disk": costs_of_disk.measure,
    "accounts": many_accounts.measure,
    "catalogue": catalogue.measure,
    "staff": staff.measure,
    "customers": customers.measure,
    "life": life.measure,
    "outbox": outbox.measure,
    "page": booking_page.measure,
    "console": console.measure,
    "orchestra": orchestra.measure,
}
_NEEDED = {
    "wrk": "`apt-get install wrk`",
    "node": "Node.js 20 or newer",
}


def main() -> None:
    """Measures what was asked for, or everything."""
    for program, source in _NEEDED.items():
        if shutil.which(program) is None:
            sys.exit(f"The benchmarks need {program}: {source}")
    arguments = sys.argv[1:]
    quick = "quick" in arguments
    wanted = [a for a in arguments if a != "quick"] or list(SUBJECTS)
    times, seconds = (2, 1) if quick else (5, 3)
    for name in wanted:
        section = SUBJECTS[name](times, seconds)
        print(table(section), flush=True)
        if not quick:
            PAGE.write_text(page([section], PAGE.read_text()))
            print(f"Written to {PAGE}", flush=True)


if __name__ == "__main__":
    main()
