"""Small sets of zone data, to be put before the installed one."""

import struct
from pathlib import Path

ZONE = "Africa/Casablanca"


def make_zone_data(folder: Path, version: str, offset_hours: int) -> Path:
    """A folder for PYTHONPATH with a `tzdata` in which one zone always has this offset."""
    package = folder / "tzdata"
    place = package / "zoneinfo" / "Africa"
    place.mkdir(parents=True)
    for inner in (package, place.parent, place):
        (inner / "__init__.py").write_text("")
    (package / "__init__.py").write_text(f'IANA_VERSION = "{version}"\n')
    (package / "zones").write_text(f"{ZONE}\n")
    (place / "Casablanca").write_bytes(_zone_file(offset_hours))
    return folder


def _zone_file(offset_hours: int) -> bytes:
    """RFC 9636: one type of local time, in the block of version 1, in that of version 2, and after
    them as a TZ string, whose sign is that of POSIX."""
    name = f"+{offset_hours:02}"
    header = b"TZif2" + bytes(15) + struct.pack(">6L", 0, 0, 0, 0, 1, len(name) + 1)
    block = header + struct.pack(">lBB", offset_hours * 3600, 0, 0) + name.encode() + b"\0"
    return block + block + f"\n<{name}>-{offset_hours}\n".encode()
