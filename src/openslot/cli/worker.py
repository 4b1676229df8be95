"""`openslot worker`: the background loop alone."""

import asyncio
import contextlib
import signal

import typer

from openslot import settings as setting
from openslot.cli.installation import warn_of_open_files


def worker() -> None:
    """Run the background loop alone, until SIGTERM or an interrupt."""
    from openslot.app import open_app  # noqa: PLC0415
    from openslot.observability.logs import configure_logs  # noqa: PLC0415
    from openslot.observability.traces import open_traces  # noqa: PLC0415
    from openslot.worker import loops as background  # noqa: PLC0415

    settings = setting.load()
    warn_of_open_files(settings)
    configure_logs(settings.log_level)

    async def main() -> None:
        # By both, also where a shell has started it in the background with SIGINT ignored.
        loop, this = asyncio.get_running_loop(), asyncio.current_task()
        assert this is not None  # noqa: S101  (it runs)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, this.cancel)
        app = await open_app(settings, traces=open_traces(), serves=True)
        try:
            await background.run(app, delivers=True)
        finally:
            await app.close()

    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(main())
    with contextlib.suppress(OSError):  # of a log that is full or gone
        typer.echo("stopped", err=True)
