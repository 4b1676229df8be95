"""Whether the process lives, and whether it can serve."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openslot.app import App
from openslot.storage.transactions import DatabaseUnavailable, SchemaMismatch


def routes(app: App) -> list[Route]:
    """`/health/live` and `/health/ready`."""

    async def live(request: Request) -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(request: Request) -> Response:
        """Database, schema and keys are as they must be; 503 says what is not."""
        checks = {"database": "ok", "schema": "ok", "keys": "ok"}
        if not app.database.damaged:
            try:
                await app.database.check_schema()
            except DatabaseUnavailable:
                checks["database"] = "unavailable"
            except SchemaMismatch:
                checks["schema"] = "mismatch"
        if app.database.damaged:  # what any call has met is remembered: nothing is checked here
            checks["database"] = "damaged"
        if not app.keys.verification_keys:
            checks["keys"] = "missing"
        healthy = all(value == "ok" for value in checks.values())
        return JSONResponse(
            {"status": "ok" if healthy else "unavailable", "checks": checks},
            200 if healthy else 503,
            None if healthy or app.database.damaged else {"Retry-After": "1"},
        )

    return [Route("/health/live", live), Route("/health/ready", ready)]
