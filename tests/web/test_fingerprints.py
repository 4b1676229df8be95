"""Which requests are the same for an idempotency key."""

from openslot.web.http.idempotency import fingerprint_of


def test_the_order_of_members_does_not_make_another_request() -> None:
    one, other = {"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}
    same = fingerprint_of("POST", "/x", one)
    assert same == fingerprint_of("POST", "/x", other)
    assert same != fingerprint_of("PUT", "/x", one)
    assert same != fingerprint_of("POST", "/y", one)
    assert same != fingerprint_of("POST", "/x", {"a": 1, "b": [2, 1]})
    assert fingerprint_of("POST", "/x", {"a": "\ud800"}) != same
