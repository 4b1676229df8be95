"""Where the fields of faults stand in requests."""

import pytest

from openslot.web.http.pointers import pointer_of

TABLE = {
    "party": "/numberOfReservations",
    "customer": "",
    "answers": "/customer/informationQuestions",
    "answers.0": "/informationQuestions/0",
}


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("party", "/numberOfReservations"),
        ("customer.phone_number", "/phoneNumber"),
        ("customer", ""),
        ("answers", "/customer/informationQuestions"),
        ("answers.0.id", "/informationQuestions/0/id"),
        ("answers.1.id", "/customer/informationQuestions/1/id"),
        ("answers.01", "/customer/informationQuestions/01"),
        ("end", "/end"),
        ("valid_to.date", "/validTo/date"),
        ("", ""),
        ("/branches/0/a.b", "/branches/0/a.b"),
    ],
)
def test_the_longest_field_in_the_table_counts_and_the_rest_is_in_camel_case(
    field: str, pointer: str
) -> None:
    assert pointer_of(field, TABLE) == pointer


def test_without_a_table_every_step_is_a_member() -> None:
    assert pointer_of("customer.date_of_birth") == "/customer/dateOfBirth"
