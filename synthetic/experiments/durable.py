"""Files that are there whole or not at all, whenever the process or the machine stops.

Each is written beside its place, flushed to the disk, and then linked or renamed into it.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

_STALE_SECONDS = 24 * 3600
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskFullError(OSError):
    """There was no space left to write; what had been written before is whole."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"no space left on the disk of {path}: free some there, or give another folder, and "
            "run again; what was kept is whole"
        )


def write_new(path: Path, data: bytes) -> bool:
    """Write a file; False where one is there already, which then stays as it is."""
    with _temporary(path) as temporary:
        _write_flushed(temporary, data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        _flush_folder(path.parent)
        return True


def write_over(path: Path, data: bytes) -> None:
    """Write a file in the place of the one that is there."""
    with _temporary(path) as temporary:
        _write_flushed(temporary, data)
        temporary.replace(path)
        _flush_folder(path.parent)


def copy_new_folder(folder: Path, sources: Sequence[Path]) -> bool:
    """Copy files into a new folder; False where one is there already, which then stays."""
    with _temporary(folder) as temporary:
        temporary.mkdir()
        for source in sources:
            with source.open("rb") as read, (temporary / source.name).open("xb") as written:
                shutil.copyfileobj(read, written)
                written.flush()
                os.fsync(written.fileno())
        _flush_folder(temporary)
        try:
            temporary.rename(folder)
        except OSError:
            if os.path.lexists(folder):
                return False
            raise
        _flush_folder(folder.parent)
        return True


def set_aside(path: Path) -> Path | None:
    """Rename a damaged file or folder so that nothing is lost; None if there is none."""
    for number in count(1):
        target = path.with_name(f"{path.name}.damaged-{number}")
        if not os.path.lexists(target):
            try:
                return path.rename(target)
            except FileNotFoundError:
                return None
    raise AssertionError("count() ended")


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_disk_full(error: BaseException) -> bool:
    """Whether an error, or what it came of, says that a disk or a quota is full."""
    cause: BaseException | None = error
    while cause is not None:
        # libraries that write by themselves give the system's words and no number
        if getattr(cause, "errno", None) in _FULL or os.strerror(errno.ENOSPC) in str(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return isinstance(error, DiskFullError)


def remove_stale(folder: Path, seconds: float = _STALE_SECONDS, of: str = "") -> None:
    """Remove what a killed writer left beside its place, more than a day ago unless told.

    `of` is how the names of the places begin.
    """
    for path in folder.glob(f".{of}*.partial"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime >= seconds:
                _remove(path)


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}.partial")
    try:
        yield temporary
    except OSError as error:
        if is_disk_full(error):
            raise DiskFullError(path.parent) from error
        raise
    finally:
        _remove(temporary)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _write_flushed(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # only there can a folder be opened
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
