"""Schemathesis drives every call by what the OpenAPI document says, from one example of each."""

import asyncio
import copy
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from openslot.app import open_app
from openslot.settings import Settings
from openslot.web.booking_api.routes import ROUTES

from .contract import OPENAPI, name_of
from .good import request_for
from .running import Running, running
from .site import Site
from .world import World

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


async def _with_examples(settings: Settings, server: Running) -> dict[str, Any]:
    """The document, with a request that would succeed as the example of every call."""
    document = copy.deepcopy(OPENAPI)
    app = await open_app(settings)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as http:
        site = Site(app, http, server.world)
        for operation in ROUTES:
            described = document["paths"][operation.path][operation.method.lower()]
            path, made = await request_for(site, operation)
            pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", operation.path)
            found = re.fullmatch(pattern, path)
            assert found is not None
            examples = {**found.groupdict(), **made.get("params", {})}
            for parameter in described["parameters"]:
                if parameter.get("name") in examples:
                    parameter["example"] = examples[parameter["name"]]
            if "json" in made:
                described["requestBody"]["content"]["application/json"]["example"] = made["json"]
    await app.close()
    return document


@pytest.mark.slow
def test_it_finds_nothing_and_gets_everywhere(
    settings: Settings, peopled: tuple[Path, World], tmp_path: Path
) -> None:
    """Bounded to about a minute; examples and links lead it to a good answer of every call."""
    document = tmp_path / "openapi.json"
    har = tmp_path / "report.har"
    with running(settings, peopled, tmp_path, max_body_bytes=0) as server:
        on = replace(settings, database_url=f"sqlite:///{tmp_path}/running.db")
        document.write_text(json.dumps(asyncio.run(_with_examples(on, server))))
        done = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"), "run", document,
                "--url", f"http://127.0.0.1:{server.port}/external/v1",
                "--header", f"Authorization: Bearer {server.token}",
                "--header", "X-TENANT-ID: acme",
                "--checks", ",".join(CHECKS), "--max-time", "45", "--max-examples", "20",
                "--report", "har", "--report-har-path", har,
                "--generation-database", "none", "--no-color", "--no-shrink",
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    reached = {
        (entry["request"]["method"], entry["request"]["url"].partition("/external/v1")[2])
        for entry in json.loads(har.read_text())["log"]["entries"]
        if entry["response"]["status"] < 300
    }
    missing = [
        name_of(o)
        for o in ROUTES
        if not any(
            method == o.method
            and re.fullmatch(re.sub(r"{\w+}", "[^/?]+", o.path) + r"(\?.*)?", url)
            for method, url in reached
        )
    ]
    assert missing == []
