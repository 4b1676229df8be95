"""Every file and folder that this program makes: its owner's alone, whatever the umask.

A new file never follows a link and never writes over another: whoever may write in the same folder
cannot choose what is overwritten.
"""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_NEW = os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_RDWR


def open_new(path: Path) -> int:
    """Makes a file and opens it for reading and writing; returns its descriptor.

    Raises:
        FileExistsError: something has this name, be it a link that leads nowhere.
        OSError: it cannot be made.
    """
    descriptor = os.open(path, _NEW, _FILE_MODE)
    os.fchmod(descriptor, _FILE_MODE)  # a umask may take away from the owner too
    return descriptor


def make_file(path: Path) -> None:
    """Makes an empty file.

    Raises:
        FileExistsError, OSError: as `open_new`.
    """
    os.close(open_new(path))


def write_new(path: Path, text: str) -> None:
    """Makes a file that holds a text.

    Raises:
        FileExistsError, OSError: as `open_new`.
    """
    with os.fdopen(open_new(path), "w", encoding="utf-8") as file:
        file.write(text)


def replace_text(path: Path, text: str) -> None:
    """Makes a file that holds a text, in the place of one with the same name; never half of it.

    Raises:
        OSError: it cannot be made.
    """
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    write_new(partial, text)
    partial.replace(path)


def give_name(path: Path, name: Path) -> None:
    """Gives a file that nobody uses another name, which nothing has.

    Raises:
        FileExistsError: something has it.
        OSError: the disk refuses it.
    """
    try:
        os.link(path, name)
    except PermissionError:  # no file has two names on this file system
        path.rename(name)
    else:
        path.unlink()
    sync_folder(name.absolute().parent)


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, as far as they are not there.

    Raises:
        OSError: one cannot be made.
    """
    for folder in (*reversed(path.parents), path):
        try:
            folder.mkdir(_FOLDER_MODE)
        except FileExistsError:
            continue
        except OSError:
            if not folder.is_dir():  # a folder that is there, on a disk that cannot be written
                raise
            continue
        folder.chmod(_FOLDER_MODE)


def sync_folder(path: Path) -> None:
    """Makes the names in a folder durable.

    Raises:
        OSError: the disk refuses it.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def warnings_about(paths: Iterable[Path]) -> list[str]:
    """A sentence for each of these files that somebody besides its owner can open.

    And for each of their folders in which somebody else can put another file in the place of one.
    """
    files = [path.absolute() for path in paths]
    found = [
        f"{path} can be opened by others than its owner (mode {mode:03o}); run `chmod 600 {path}`"
        for path in files
        if (mode := _mode(path)) & 0o077
    ]
    return found + [
        f"Others can replace files in {folder} (mode {mode:03o}); run `chmod 700 {folder}`"
        for folder in sorted({path.parent for path in files})
        if (mode := _mode(folder)) & 0o022 and not mode & stat.S_ISVTX
    ]


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0  # it is not there, or not ours to look at
