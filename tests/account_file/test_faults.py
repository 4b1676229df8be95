"""Every fault of a file at once, each at its line and column, in words that say what to change."""

import textwrap

import pytest

from openslot.account_file.checking import InvalidAccountFile, check
from openslot.account_file.yaml_source import read

from .documents import small


def mistakes(text: str) -> list[str]:
    """All mistakes in a file."""
    sources = read(textwrap.dedent(text).lstrip("\n").encode(), "a.yaml")
    return [str(mistake) for source in sources for mistake in source.mistakes]


HEAD = "account: acme\nname: Acme\n"  # two lines: what follows begins at line 3
BRANCH = "branches:\n  - {key: centre, name: Centre, timeZone: Europe/Amsterdam}\n"
SERVICE = (
    "  - {key: %s, name: S, durationMinutes: 30, slotStepMinutes: 15, resourceTypes: [desk], "
    "branches: [centre]%s}\n"
)
CLIENT = "clients:\n  - key: c\n    name: C\n"
BOOK = "    scopes: [com.qmatic.saas.appointments/external.appointment.book]\n"

TABLE = [
    # the account
    ("name: Acme\n", "1:1: `account` is missing"),
    ("account: acme\n", "1:1: `name` is missing"),
    (
        "account: Acme Inc\nname: A\n",
        "1:10: `account` must be 1 to 63 of a-z, 0-9 and hyphen, beginning with a letter or "
        'digit, not "Acme Inc"',
    ),
    (
        "account: 4\nname: A\n",
        "1:10: `account` must be a text, not 4; put it in quotes",
    ),
    (
        HEAD + "locale: [en_US]\n",
        "3:1: there is no field `locale` here; did you mean `locales`?",
    ),
    (
        HEAD + "locales: [nl-NL]\n",
        '3:11: an entry of `locales` must be a locale such as en_US or nl_NL, not "nl-NL"',
    ),
    (HEAD + "locales: []\n", "3:10: `locales` must have at least 1 entry"),
    (HEAD + "locales: [en_US, en_US]\n", '3:18: "en_US" is listed twice; remove one'),
    (
        HEAD + "settings: {reservationMinutes: 61}\n",
        "3:32: `reservationMinutes` must be 60 or less, not 61",
    ),
    (
        HEAD + "settings: {retentionDays: 0}\n",
        "3:27: `retentionDays` must be 1 or more, not 0",
    ),
    (
        HEAD + "settings: {accessTokenAlgorithm: HS256}\n",
        "3:34: `accessTokenAlgorithm` must be 'ES256' or 'RS256', not \"HS256\"",
    ),
    (HEAD + "sandbox: yes\n", '3:10: `sandbox` must be true or false, not "yes"'),
    (HEAD + "settings: 5\n", "3:11: `settings` must be a mapping, not 5"),
    # webhooks
    (
        HEAD + "webhooks: [{url: x}]\n",
        "3:12: `key` is missing",
        "3:18: `url` must be an https address of at most 2048 characters",
    ),
    (
        HEAD + 'webhooks: [{key: a, url: "http://a.example"}]\n',
        "3:26: `url` must begin with https://",
    ),
    (
        HEAD + 'webhooks: [{key: a, url: "https://127.1/x"}]\n',
        "3:26: `url` must be an address of the public internet",
    ),
    (
        HEAD + 'webhooks: [{key: a, url: "https://a.example", events: [appointment.made]}]\n',
        "3:56: an entry of `events` must be one of *, appointment.booked, appointment.moved, "
        "appointment.cancelled, appointment.updated, appointment.arrived, appointment.started, "
        "appointment.completed, appointment.no_show, appointment.restored, appointment.erased, "
        "reservation.expired; appointment.made is none",
    ),
    # branches
    (
        HEAD + "branches:\n  - {key: a b, name: A, timeZone: CET}\n",
        "4:11: `key` must be 1 to 63 of A-Z, a-z, 0-9, dot, hyphen and underscore, beginning "
        'with a letter or digit, not "a b"',
    ),
    (
        HEAD + 'branches:\n  - {key: a, name: "  ", timeZone: CET}\n',
        "4:20: `name` must be a text with something to read in it and no control characters, "
        'not "  "',
    ),
    (
        HEAD + "branches:\n  - {key: a, name: [A], timeZone: CET}\n",
        "4:20: `name` must be a text, or one text for each locale, not a list",
    ),
    (
        HEAD + "branches:\n  - {key: a, name: {nl: 5}, timeZone: CET}\n",
        "4:25: `nl` must be a text, not 5; put it in quotes",
    ),
    (
        HEAD + "locales: [nl_NL]\nbranches:\n  - {key: a, name: {de_DE: A}, timeZone: CET}\n",
        "5:21: de_DE is not among the account's locales (nl_NL); add it to `locales`, or remove "
        "this text",
    ),
    (
        HEAD + "branches:\n  - {key: a, name: A, timeZone: Europe/amsterdam}\n",
        "4:33: `timeZone` must be an IANA time zone such as Europe/Amsterdam, written exactly "
        "so; Europe/amsterdam is none",
    ),
    (
        HEAD + "branches:\n  - {key: a, name: A, timeZone: W. Europe Standard Time}\n",
        "4:33: `timeZone` must be an IANA time zone such as Europe/Amsterdam, written exactly "
        "so; W. Europe Standard Time is none",
    ),
    (
        HEAD + "branches:\n  - {key: a, name: A, timeZone: CET, holidayCalendar: ZZ}\n",
        "4:55: `holidayCalendar` must be a country or country-subdivision with a holiday "
        "calendar; ZZ has none",
    ),
    (
        HEAD + "branches:\n  - {key: a, name: A, timeZone: CET, "
        "location: {latitude: 91, longitude: 0}}\n",
        "4:59: `latitude` must be 90 or less, not 91",
    ),
    (
        HEAD + BRANCH + "  - {key: centre, name: B, timeZone: CET}\n",
        '5:11: another branch has the key "centre"; give this one its own',
    ),
    # hours
    (
        HEAD + BRANCH + "    openingHours:\n",
        "5:5: does not fit what comes before; check its indentation",
    ),
    (
        HEAD + "branches:\n  - key: a\n    name: A\n    timeZone: CET\n    openingHours:\n"
        "      - {day: monday, opens: 9:00, closes: 17:00}\n",
        '8:30: `opens` must be a time from 00:00 to 23:59, written HH:MM, not "9:00"',
    ),
    (
        HEAD + "branches:\n  - key: a\n    name: A\n    timeZone: CET\n    openingHours:\n"
        "      - {day: monday, opens: 09:00, closes: 24:01}\n",
        '8:45: `closes` must be a time from 00:00 to 24:00, written HH:MM, not "24:01"',
    ),
    (
        HEAD + "branches:\n  - key: a\n    name: A\n    timeZone: CET\n    openingHours:\n"
        "      - {day: monday, opens: 17:00, closes: 17:00}\n",
        "8:45: `closes` 17:00 must be later than `opens` 17:00; for a period past midnight "
        "write `closesNextDay: true` as well",
    ),
    (
        HEAD + "branches:\n  - key: a\n    name: A\n    timeZone: CET\n    breaks:\n"
        "      - {day: mon, starts: 12:00, ends: 13:00}\n",
        "8:15: `day` must be 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', "
        "'saturday' or 'sunday', not \"mon\"",
    ),
    (
        HEAD + "branches:\n  - key: a\n    name: A\n    timeZone: CET\n    breaks:\n"
        "      - {day: monday, starts: 12:00, ends: 13:00, validFrom: 2027-02-01, "
        "validTo: 2027-01-31}\n",
        "8:83: `validTo` 2027-01-31 must be `validFrom` 2027-02-01 or later",
    ),
    (
        HEAD + "branches:\n  - key: a\n    name: A\n    timeZone: CET\n    overrides:\n"
        "      - {date: 2027-02-29, closed: true}\n",
        "8:16: `date` must be a date that exists; 2027-02-29 does not",
    ),
    (
        HEAD + "branches:\n  - key: a\n    name: A\n    timeZone: CET\n    overrides:\n"
        "      - {date: 2027-02-28}\n",
        "8:9: `hours` is missing; list them, or say `closed: true`",
    ),
    (
        HEAD + "branches:\n  - key: a\n    name: A\n    timeZone: CET\n    overrides:\n"
        "      - {date: 2027-02-28, closed: true, hours: [{opens: 09:00, closes: 10:00}]}\n",
        "8:36: is closed and has hours or breaks; remove `closed`, or remove them",
    ),
    (
        HEAD + "branches:\n  - key: a\n    name: A\n    timeZone: CET\n    overrides:\n"
        "      - {date: 2027-02-28, closed: true}\n      - {date: 2027-02-28, closed: true}\n",
        "9:16: 2027-02-28 has an override already; put all its hours in one",
    ),
    # services and resources
    (
        HEAD + BRANCH + "services:\n" + SERVICE % ("s", ", horizonDays: 731"),
        "6:121: `horizonDays` must be 730 or less, not 731",
    ),
    (
        HEAD + BRANCH + "services:\n" + SERVICE % ("s", ", bufferAfterMinutes: 1.5"),
        "6:128: `bufferAfterMinutes` must be a whole number, not 1.5",
    ),
    (
        HEAD + BRANCH + "services:\n" + SERVICE % ("s", ", partyMode: Extend"),
        "6:119: `partyMode` must be 'extend' or 'occupy', not \"Extend\"",
    ),
    (
        HEAD + BRANCH + "services:\n" + SERVICE % ("s", ", group: docs"),
        '6:115: no service group has the key "docs"; list it, or name another service group',
    ),
    (
        HEAD
        + BRANCH
        + "services:\n"
        + SERVICE % ("s", ", maxNumberOfReservations: 100, additionalCustomerMinutes: 1000"),
        "6:165: the largest party would take 99030 minutes; the most is 10080 (a week)",
    ),
    (
        HEAD + BRANCH + "services:\n" + SERVICE % ("s", "") + SERVICE % ("s", ""),
        '7:11: another service has the key "s"; give this one its own',
    ),
    (
        HEAD + BRANCH + "resources:\n"
        "  - {key: d, branch: center, name: D, type: desk, services: []}\n",
        '6:22: no branch has the key "center"; did you mean "centre"?',
    ),
    (
        HEAD + BRANCH + "resources:\n"
        "  - {key: d, branch: centre, name: D, type: desk, services: [s, s]}\n",
        '6:62: no service has the key "s"; list it, or name another service',
        '6:65: "s" is listed twice; remove one',
        '6:65: no service has the key "s"; list it, or name another service',
    ),
    # combinations
    (
        HEAD
        + BRANCH
        + "services:\n"
        + SERVICE % ("a", "")
        + SERVICE % ("b", ", partyMode: occupy")
        + "serviceCombinations:\n  - {branch: centre, services: [a, b]}\n",
        "9:32: combines services with partyMode extend and occupy; combine only those of the "
        "same mode",
    ),
    (
        HEAD
        + BRANCH
        + "services:\n"
        + SERVICE % ("a", "")
        + SERVICE % ("b", "")
        + "serviceCombinations:\n  - {branch: centre, services: [a, b]}\n"
        "  - {branch: centre, services: [b, a]}\n",
        "10:5: the same services are combined at this branch already; remove one",
    ),
    (
        HEAD
        + BRANCH
        + "services:\n"
        + SERVICE % ("a", "")
        + "serviceCombinations:\n  - {branch: centre, services: [a]}\n",
        "8:32: `services` must have at least 2 entries",
    ),
    # clients
    (
        HEAD + CLIENT + "    grants: [password]\n" + BOOK,
        "6:14: an entry of `grants` must be 'client_credentials', 'authorization_code' or "
        "'refresh_token', not \"password\"",
    ),
    (
        HEAD + CLIENT + "    grants: [client_credentials]\n    scopes: [openslot/admin.reed]\n",
        '7:14: there is no scope "openslot/admin.reed"; did you mean "openslot/admin.read"?',
    ),
    (
        HEAD
        + CLIENT
        + "    grants: [client_credentials]\n"
        + BOOK
        + "    tokenEndpointAuthMethod: none\n",
        "8:30: a public client cannot use the grant client_credentials; remove the grant, or "
        "choose a method other than none",
    ),
    (
        HEAD + CLIENT + "    grants: [client_credentials, refresh_token]\n" + BOOK,
        "6:13: refresh tokens come from the grant authorization_code; add it, or remove "
        "refresh_token",
    ),
    (
        HEAD + CLIENT + "    grants: [authorization_code]\n" + BOOK,
        "6:13: the grant authorization_code needs an address in `redirectUris`; add one, or "
        "remove the grant",
    ),
    (
        HEAD + CLIENT + "    grants: [authorization_code]\n" + BOOK + "    redirectUris:\n"
        "      - http://example.org/back\n",
        '9:9: "http://example.org/back" must begin with https://; http is for 127.0.0.1, [::1] '
        "and localhost alone",
    ),
    (
        HEAD + CLIENT + "    grants: [authorization_code]\n" + BOOK + "    redirectUris:\n"
        '      - "https://example.org/back#top"\n      - /back\n      - https://*.example.org/\n'
        "      - https://me@example.org/\n      - https://[x]/\n      - https://example.org/a b\n",
        '9:9: "https://example.org/back#top" must not have a fragment (#…)',
        '10:9: "/back" must be a complete https address',
        '11:9: "https://*.example.org/" must not have a wildcard; list each address',
        '12:9: "https://me@example.org/" must not hold a user name',
        '13:9: "https://[x]/" is not an address that can be read',
        '14:9: "https://example.org/a b" has characters that an address cannot have; '
        "percent-encode them",
    ),
    (
        HEAD
        + CLIENT
        + "    grants: [client_credentials]\n"
        + BOOK
        + "    tokenEndpointAuthMethod: private_key_jwt\n",
        "8:30: private_key_jwt needs the client's public keys; add `jwks: {keys: […]}`",
    ),
    (
        HEAD
        + CLIENT
        + "    grants: [client_credentials]\n"
        + BOOK
        + "    tokenEndpointAuthMethod: private_key_jwt\n    jwks: {keys: [{kty: EC, d: x}, "
        "{kty: oct}, {kty: EC, crv: P-256}, key]}\n",
        "9:19: is a private key; list its public half alone",
        "9:36: must be a public key for ES256 (EC, P-256) or RS256 (RSA of 2048 to 4096 bits); "
        "kty is neither EC nor RSA",
        "9:48: must be a public key for ES256 (EC, P-256) or RS256 (RSA of 2048 to 4096 bits); "
        "x is missing",
        "9:71: must be a public key for ES256 (EC, P-256) or RS256 (RSA of 2048 to 4096 bits); "
        "kty is neither EC nor RSA",
    ),
    (
        HEAD + CLIENT + "    grants: [client_credentials]\n" + BOOK + "    jwks: {}\n",
        "8:11: `jwks` must hold a list `keys` with a key",
        "8:11: keys are used with `tokenEndpointAuthMethod: private_key_jwt` alone; set that, or "
        "remove `jwks`",
    ),
    (
        HEAD + CLIENT + "    grants: [client_credentials]\n" + BOOK + "    apiKeys:\n"
        "      - {key: a}\n      - {key: b, expiresAt: 2029-01-01}\n      - {key: a}\n"
        '      - {key: c, expiresAt: "2029-02-30T00:00:00Z"}\n      - {key: d}\n',
        "10:29: `expiresAt` must be a time with its offset, such as "
        '"2029-01-01T00:00:00Z", not "2029-01-01"',
        '11:15: another API key has the key "a"; give this one its own',
        "12:29: `expiresAt` must be a time that exists; 2029-02-30T00:00:00Z does not",
        "13:9: a client has at most 2 live API keys; remove one, or let another expire",
    ),
]


@pytest.mark.parametrize(("text", "expected"), [(text, found) for text, *found in TABLE])
def test_each_fault_is_told_where_it_is(text: str, expected: list[str]) -> None:
    assert mistakes(text) == ["a.yaml:" + line for line in expected]


def test_all_faults_of_a_file_are_told_at_once_in_order() -> None:
    found = mistakes(
        """
        account: Acme
        nam: x
        settings: {reservationMinutes: 0}
        branches:
          - key: a
            key: b
            timeZone: CEST
            openingHours: [{day: monday, opens: 10:00, closes: 08:00, close: 1}]
        services:
          - nothing
          - {key: s, name: S, durationMinutes: "30", slotStepMinutes: 15, resourceTypes: [],
             branches: [c], group: g}
        clients: {}
        """
    )
    assert [line.split(":", 3)[1:3] for line in found] == [
        ["1", "1"],  # no name
        ["1", "10"],
        ["2", "1"],
        ["3", "32"],
        ["5", "5"],  # no name
        ["6", "5"],  # twice
        ["7", "15"],
        ["8", "56"],
        ["8", "63"],
        ["10", "5"],
        ["11", "40"],
        ["11", "82"],
        ["12", "17"],
        ["12", "28"],
        ["13", "10"],
    ]


def test_json_gets_the_same_faults_by_pointer() -> None:
    document = small(nam="x", settings={"retentionDays": 0})
    document["resources"][0]["services"] = ["a/b~c"]
    document["branches"][0]["name"] = {"en_US": ""}
    with pytest.raises(InvalidAccountFile) as caught:
        check(document)
    assert {(fault.field, fault.code) for fault in caught.value.faults} == {
        ("/nam", "unknown_field"),
        ("/settings/retentionDays", "out_of_range"),
        ("/branches/0/name/en_US", "pattern"),
        ("/resources/0/services/0", "pattern"),
        ("/resources/0/services/0", "dangling_key"),
    }


def test_a_pointer_escapes_what_it_must() -> None:
    with pytest.raises(InvalidAccountFile) as caught:
        check(small(**{"a/b~c": 1}))
    assert [fault.field for fault in caught.value.faults] == ["/a~1b~0c"]


@pytest.mark.parametrize("garbage", [None, 5, "x", [], [{}], {"a": {}}, [None, [1], {"key": []}]])
@pytest.mark.parametrize(
    "field",
    ["settings", "locales", "branches", "services", "resources", "serviceCombinations", "clients"],
)
def test_nothing_that_may_stand_anywhere_is_more_than_a_fault(field: str, garbage: object) -> None:
    for document in (
        small(**{field: garbage}),
        small(branches=[{"key": "centre", "name": garbage, field: garbage, "overrides": garbage}]),
        small(services=[{"key": garbage, "group": garbage, "branches": garbage, field: garbage}]),
        small(clients=[{"key": "c", "jwks": garbage, "scopes": garbage, "redirectUris": garbage}]),
        small(clients=[{"key": "c", "apiKeys": garbage}]),
    ):
        with pytest.raises(InvalidAccountFile) as caught:
            check({"account": garbage, **document, "name": None})
        assert caught.value.faults
