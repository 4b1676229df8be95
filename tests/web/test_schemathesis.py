"""Schemathesis drives every call by what its OpenAPI document says, from one example of each."""

import asyncio
import copy
import json
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from openslot.account_file.field_types import TEXT
from openslot.app import open_app
from openslot.settings import Settings
from openslot.web.http.route import AnyRoute
from rounds import rounds

from .admin import good as admin_good
from .contract import ADMIN_API, BOOKING_API, Contract, name_of
from .good import request_for
from .running import Running, running
from .site import Site
from .world import World

pytestmark = [pytest.mark.slow, pytest.mark.prove]

# For each API: what is in its document takes a few seconds, what is made up takes the rest.
SECONDS = rounds(some=30, many=900)
# On a busy machine the short form does not come to everything that only links lead to.
MOST_NOT_REACHED = rounds(some=10, many=0)

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ensure_resource_availability",
    "ignored_auth",
]
_CONTROLS = r"\x00-\x1f\x7f-\x9f"
# Python's expressions have no classes of Unicode; these are the same characters.
_TEXT = json.dumps(TEXT)
_TEXT_OF_PYTHON = json.dumps(
    TEXT.replace(r"\P{Cc}", f"[^{_CONTROLS}]").replace(r"\p{Cc}", _CONTROLS)
)


@dataclass(frozen=True)
class Drive:
    """One API, whose good requests lead Schemathesis everywhere."""

    api: Contract
    request_for: Callable[[Site, AnyRoute], Awaitable[tuple[str, Any]]]
    bearer: Callable[[Site], str]
    examples: int
    left_out: Sequence[str] = field(default=())  # paths

    @property
    def operations(self) -> list[AnyRoute]:
        """What is driven."""
        return [o for o in self.api.operations if o.path not in self.left_out]


DRIVES = [
    Drive(BOOKING_API, request_for, lambda site: site.bearer()["Authorization"], examples=20),
    # A file that Schemathesis makes up and applies disables the client that it asks with. It makes
    # no mails.
    Drive(
        ADMIN_API,
        admin_good.request_for,
        lambda site: f"Bearer {admin_good.with_scopes(site).bearer}",
        examples=10,
        left_out=["/apply", "/mail/bounces"],
    ),
]


@pytest.mark.parametrize("drive", DRIVES, ids=lambda drive: str(drive.api))
def test_it_finds_nothing_and_gets_everywhere(
    drive: Drive, settings: Settings, peopled: tuple[Path, World], tmp_path: Path
) -> None:
    """Bounded. In the time of its long form, examples and links lead it to a good answer of all."""
    with running(settings, peopled, tmp_path, max_body_bytes=0) as server:
        on = replace(settings, database_url=f"sqlite:///{tmp_path}/running.db")
        document, bearer = asyncio.run(_prepared(drive, on, server))
        reached = _driven(drive, document, bearer, server, tmp_path)
    left = [name_of(o) for o in drive.operations if not _is_reached(o, reached)]
    assert len(left) <= MOST_NOT_REACHED, left


async def _prepared(drive: Drive, settings: Settings, server: Running) -> tuple[str, str]:
    """The document, with a request that would succeed as the example of every call; a token."""
    document = copy.deepcopy(drive.api.document)
    app = await open_app(settings)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as http:
        site = Site(app, http, server.world)
        for operation in drive.operations:
            described = document["paths"][operation.path][operation.method.lower()]
            path, made = await drive.request_for(site, operation)
            found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", operation.path), path)
            assert found is not None
            examples = {**found.groupdict(), **made.get("params", {})}
            for parameter in described["parameters"]:
                if parameter.get("name") in examples:
                    parameter["example"] = examples[parameter["name"]]
            if "json" in made:
                for content in described["requestBody"]["content"].values():
                    content["example"] = made["json"]
        bearer = drive.bearer(site)
    await app.close()
    for path in drive.left_out:
        del document["paths"][path]
    return json.dumps(document).replace(_TEXT, _TEXT_OF_PYTHON), bearer


def _driven(
    drive: Drive, document: str, bearer: str, server: Running, folder: Path
) -> set[tuple[str, str]]:
    """Methods and paths that were answered with 2xx; nothing else may have gone wrong."""
    file, har = folder / "openapi.json", folder / "report.har"
    file.write_text(document)
    done = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"), "run", file,
            "--url", f"http://127.0.0.1:{server.port}{drive.api.prefix}",
            "--header", f"Authorization: {bearer}",
            "--header", "X-TENANT-ID: acme",
            "--checks", ",".join(CHECKS),
            "--max-time", str(SECONDS), "--max-examples", str(drive.examples),
            "--report", "har", "--report-har-path", har,
            "--generation-database", "none", "--no-color", "--no-shrink",
        ],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return {
        (entry["request"]["method"], entry["request"]["url"].partition(drive.api.prefix)[2])
        for entry in json.loads(har.read_text())["log"]["entries"]
        if entry["response"]["status"] < 300
    }


def _is_reached(operation: AnyRoute, reached: set[tuple[str, str]]) -> bool:
    pattern = re.compile(re.sub(r"{\w+}", "[^/?]+", operation.path) + r"(\?.*)?")
    return any(method == operation.method and pattern.fullmatch(url) for method, url in reached)
