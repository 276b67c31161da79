"""Results on disk: one immutable, checksummed file a unit; damaged ones are set aside, never used.

    units/<hash>.jsonl      a header, one row a line, the sha256 of all lines above
    artifacts/<hash>-<..>/  files that other units read; their sha256 stand in the header
    work/<hash>/            working folder of a unit that is not done
    failed/<hash>.txt       the traceback of the last failure

A result file is never rewritten: of two writers the first wins.
"""

import contextlib
import hashlib
import json
import math
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from synthetic.arguments import checked
from synthetic.experiments.durable import (
    DiskFullError,
    copy_new_folder,
    remove_stale,
    set_aside,
    sha256_of,
    write_new,
)
from synthetic.experiments.provenance import Measured
from synthetic.experiments.unit import Input, Row, Unit, content_hash

_PROBE_SECONDS = 10.0
_WRITES = 20  # more would mean that somebody puts damaged files there as fast as they go


class UnwritableFolderError(OSError):
    """The results folder cannot hold results."""


class DamagedResultError(Exception):
    """A result file or an artifact is not what was written."""


@dataclass(frozen=True)
class Stored:
    """A result file whose checksum held."""

    header: Mapping[str, Any]
    lines: Sequence[str]
    artifact_folder: Path

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows as the unit gave them."""
        return tuple(json.loads(line) for line in self.lines)

    @property
    def measured(self) -> Measured:
        return self.header["measured"]


def to_stderr(text: str) -> None:
    """Print one line for a person."""
    print(text, file=sys.stderr, flush=True)


@checked
class Store:
    """The results folder of one profile. Reading creates nothing; `report` gets one-line notes."""

    def __init__(self, folder: Path | str, report: Callable[[str], None] = to_stderr) -> None:
        self.folder = Path(folder).resolve()
        self.report = report

    def prepare(self) -> None:
        """Create the folder and check that it can be written and locked; one line if it cannot."""
        try:
            for name in ("units", "artifacts", "work", "failed"):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
                remove_stale(self.folder / name)
            with self.held(_PROBE_SECONDS):
                # who holds it writes these alone: what lies there was left by a run that was killed
                remove_stale(self.folder / "work", seconds=0, of="writable")
                remove_stale(self.folder, seconds=0, of=self.merged_path.name)
                probe = self.folder / "work" / "writable.probe"
                probe.unlink(missing_ok=True)
                write_new(probe, b"yes\n")
                probe.unlink()
        except DiskFullError:
            raise
        except (OSError, NotImplementedError) as error:
            said = getattr(error, "strerror", None) or str(error)
            raise UnwritableFolderError(
                f"results folder {self.folder} cannot be written and locked ({said}); "
                "make it writable or give another folder"
            ) from error

    @contextmanager
    def held(self, patience: float = -1) -> Iterator[None]:
        """Hold the folder, for the moment in which its probe or its merged rows are written;
        filelock's Timeout where another one holds it for more than `patience` seconds."""
        lock = self.folder / "work" / "writable"
        with FileLock(lock, timeout=patience, fallback_to_soft=False):
            yield

    @property
    def merged_path(self) -> Path:
        """The file of all rows."""
        return self.folder / "rows.parquet"

    def path(self, unit: Unit) -> Path:
        return self.folder / "units" / f"{unit.hash}.jsonl"

    def work_folder(self, unit: Unit) -> Path:
        return self.folder / "work" / unit.hash

    def failure_path(self, unit_hash: str) -> Path:
        """The file with the traceback of the last failure of a unit."""
        return self.folder / "failed" / f"{unit_hash}.txt"

    def fraction_path(self, unit: Unit) -> Path:
        """The file in which a running unit says how far it is."""
        return self.folder / "work" / f"{unit.hash}.fraction"

    def fraction(self, unit: Unit) -> float:
        """How far a running unit says it is, from 0 to 1."""
        try:
            return min(max(float(self.fraction_path(unit).read_text()), 0.0), 1.0)
        except (OSError, ValueError):
            return 0.0

    def find(self, unit: Unit, *, artifacts: bool = False) -> Stored | None:
        """The result of a unit, or None; a damaged one is reported and set aside.

        The result file is verified in full; its artifacts by size alone unless `artifacts`.
        """
        try:
            return self._read(unit, artifacts)
        except DamagedResultError as error:
            kept = [set_aside(path) for path in (self.path(unit), *self._artifact_folders(unit))]
            names = ", ".join(str(path.relative_to(self.folder)) for path in kept if path)
            self.report(f"damaged: {unit}: {error}; kept as {names}, to be computed again")
            return None

    def read_input(self, unit: Unit) -> Input:
        """The rows and artifacts of a needed unit; DamagedResultError if they are not there."""
        stored = self.find(unit, artifacts=True)
        if stored is None:
            raise DamagedResultError(f"needs {unit}, whose result is missing or damaged; run again")
        return Input(rows=stored.rows, folder=stored.artifact_folder)

    def write(
        self, unit: Unit, rows: Sequence[Row], artifacts: Sequence[Path], measured: Measured
    ) -> Stored:
        """Keep a result; where a valid one is there already, that one stays and is returned."""
        described = {
            path.name: {"sha256": sha256_of(path), "bytes": path.stat().st_size}
            for path in artifacts
        }
        header = {
            "unit": unit.hash,
            "content": unit.content,
            "measured": measured,
            "artifacts": described,
        }
        lines = [json.dumps(header), *(json.dumps(dict(row)) for row in rows)]
        body = "".join(f"{line}\n" for line in lines).encode()
        data = body + f'{{"sha256": "{hashlib.sha256(body).hexdigest()}"}}\n'.encode()
        folder = self._artifact_folder(unit.hash, described)
        for _ in range(_WRITES):
            if artifacts:
                _keep_artifacts(folder, artifacts, described)
            if write_new(self.path(unit), data):
                return Stored(header, lines[1:], folder)
            first = self.find(unit, artifacts=True)
            if first is not None:
                return first
        raise DamagedResultError(
            f"{self.path(unit)} cannot be written: each time something else is in its place"
        )

    @contextmanager
    def claim(self, unit: Unit, patience: float = math.inf) -> Iterator[None]:
        """Hold a unit's working folder; another claim waits, and a killed holder lets go.

        filelock's Timeout where another one holds it for more than `patience` seconds.
        """
        path = self.folder / "work" / f"{unit.hash}.lock"
        with FileLock(path, -1 if patience == math.inf else patience, fallback_to_soft=False):
            try:
                yield
            finally:
                # while it is held: one that waits sees that its lock guards nothing, and asks again
                with contextlib.suppress(OSError):
                    path.unlink()

    def clear_work(self, unit: Unit) -> None:
        """Remove the working folder and the traces of earlier attempts of a unit that is done."""
        shutil.rmtree(self.work_folder(unit), ignore_errors=True)
        self.fraction_path(unit).unlink(missing_ok=True)
        self.failure_path(unit.hash).unlink(missing_ok=True)

    def clear_left(self, units: Iterable[Unit]) -> None:
        """Remove what killed attempts left of units that are done, unless one is at work on it."""
        places = [self.folder / name for name in ("units", "artifacts")]
        partial = [path for place in places for path in place.glob(".*.partial")]
        named = [*partial, *(self.folder / "work").iterdir()]
        left = {match[0] for path in named if (match := re.search("[0-9a-f]{64}", path.name))}
        for unit in units:
            if unit.hash in left and self.find(unit) is not None:
                with contextlib.suppress(Timeout), self.claim(unit, patience=0):
                    self.clear_work(unit)
                    for place in places:
                        remove_stale(place, seconds=0, of=unit.hash)

    def _artifact_folder(self, unit_hash: str, described: Mapping[str, Any]) -> Path:
        # Named by what it holds too: two attempts that differ never write into each other's files.
        return self.folder / "artifacts" / f"{unit_hash}-{content_hash(described)[:16]}"

    def _artifact_folders(self, unit: Unit) -> list[Path]:
        folders = sorted((self.folder / "artifacts").glob(f"{unit.hash}-*"))
        return [folder for folder in folders if ".damaged-" not in folder.name]

    def _read(self, unit: Unit, artifacts: bool) -> Stored | None:
        path = self.path(unit)
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise DamagedResultError("cannot be read (it is no file)")
            data = path.read_bytes()
        except FileNotFoundError:
            if path.is_symlink():
                raise DamagedResultError("cannot be read (a link to nothing)") from None
            return None
        except OSError as error:
            raise DamagedResultError(f"cannot be read ({error.strerror})") from error
        try:
            header, lines = _parsed(data)
            if header["unit"] != unit.hash or content_hash(header["content"]) != unit.hash:
                raise DamagedResultError("the file holds the result of another unit")
            folder = self._artifact_folder(unit.hash, header["artifacts"])
            _verify(folder, header["artifacts"], in_full=artifacts)
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedResultError("the file is cut short or edited") from error
        return Stored(header, lines, folder)


def _parsed(data: bytes) -> tuple[dict[str, Any], list[str]]:
    body, _, last = data.removesuffix(b"\n").rpartition(b"\n")
    body += b"\n"
    checksum = json.loads(last)["sha256"]
    if checksum != hashlib.sha256(body).hexdigest() or not data.endswith(b"\n"):
        raise DamagedResultError("the checksum does not hold")
    first, *lines = body.decode().splitlines()
    return json.loads(first), lines


def _verify(folder: Path, described: Mapping[str, Mapping[str, Any]], *, in_full: bool) -> None:
    for name, expected in described.items():
        path = folder / name
        if not path.is_file():
            raise DamagedResultError(f"artifact {name} is missing")
        if path.stat().st_size != expected["bytes"] or (
            in_full and sha256_of(path) != expected["sha256"]
        ):
            raise DamagedResultError(f"artifact {name} is not the file that was written")


def _keep_artifacts(
    folder: Path, artifacts: Sequence[Path], described: Mapping[str, Mapping[str, Any]]
) -> None:
    # Copies: a unit killed from here on still finds its working folder whole.
    for _ in range(_WRITES):
        if copy_new_folder(folder, artifacts):
            return
        try:
            _verify(folder, described, in_full=True)
            return
        except DamagedResultError:
            set_aside(folder)
    raise DamagedResultError(f"{folder} cannot be written: something else is in its place")
