"""One server for all of these tests, installed and started as an operator would."""

import json
from collections.abc import Iterator

import pytest

from journeys.serving import installed
from ports import free_port

from .browserless import Browserless
from .site import ALGORITHMS, EMAIL, PASSWORD, Site, documents, site_of

Sites = dict[str, Site]


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """The accounts of a running server, by the algorithm of their access tokens."""
    installation = installed(tmp_path_factory.mktemp("interop"), *documents())
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    installation.environment["OPENSLOT_PUBLIC_URL"] = url
    # One person signs in for every test, more often than a person may.
    with installation.serving(port=port, wrong_secrets_per_minute_and_client="0"):
        for name in ALGORITHMS.values():
            told = installation.run("user", "create", name, EMAIL, "--role", "desk", "--json")
            browser = Browserless(EMAIL, PASSWORD)
            browser.accept(json.loads(told)["invitationUrl"], PASSWORD)
            browser.close()
        yield {algorithm: site_of(installation, url, algorithm) for algorithm in ALGORITHMS}


@pytest.fixture(params=ALGORITHMS)
def site(request: pytest.FixtureRequest, sites: Sites) -> Site:
    """Each of the accounts in turn."""
    return sites[request.param]


@pytest.fixture
def browser(site: Site) -> Iterator[Browserless]:
    """The browser of the account's user, not signed in."""
    browser = site.browser()
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def http_is_fine_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """These libraries insist on https elsewhere, as they should."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
