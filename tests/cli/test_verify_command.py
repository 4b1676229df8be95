"""`openslot verify`: what it finds, says and puts right."""

import sqlite3
from contextlib import closing

from .conftest import Operator
from .test_apply_appointments import book, file


def test_a_wrong_list_is_found_and_written_anew(newcomer: Operator) -> None:
    newcomer.runs("migrate")
    newcomer.runs("apply", newcomer.writes("acme.yaml", file()))
    book(newcomer, 9, 11)
    assert "acme: 2 appointments, 1 sheets; 0 differences\n" in newcomer.runs("verify").stdout
    with closing(sqlite3.connect(newcomer.database)) as raw:
        raw.execute(
            "DELETE FROM appointment_parts WHERE part_id = '' AND appointment_id = "
            "(SELECT min(id) FROM appointments)"
        )
        raw.commit()
    found = newcomer.runs("verify", code=1)
    assert "1 differences" in found.stdout
    assert "not listed, account" in found.stdout
    assert (
        "acme: listed 1 appointment again\n" in newcomer.runs("verify", "--repair", code=1).stdout
    )
    [account] = newcomer.asks("verify")
    assert (account["differences"], account["repaired"], account["relisted"]) == ([], 0, 0)
