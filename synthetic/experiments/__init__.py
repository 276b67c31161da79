"""Units of work, the store that keeps their results, and the runner; imports no torch."""

from synthetic.experiments.dask_workers import dask_executor
from synthetic.experiments.durable import DiskFullError
from synthetic.experiments.executors import InProcess, Pool, Workers, local_executor, processors
from synthetic.experiments.interrupt import interrupted_by_termination
from synthetic.experiments.merge import ROW_COLUMNS, content_digest, kept_rows, merge
from synthetic.experiments.progress import Progress, Standing, progress_on
from synthetic.experiments.provenance import IDENTITY_COLUMNS, MEASURED_COLUMNS
from synthetic.experiments.rows_file import DamagedRowsError, read_rows
from synthetic.experiments.run import run_units
from synthetic.experiments.store import DamagedResultError, Store, UnwritableFolderError
from synthetic.experiments.summary import Blocked, Failure, Summary
from synthetic.experiments.unit import Context, Input, Result, Row, Unit, added, closure

__all__ = [
    "IDENTITY_COLUMNS",
    "MEASURED_COLUMNS",
    "ROW_COLUMNS",
    "Blocked",
    "Context",
    "DamagedResultError",
    "DamagedRowsError",
    "DiskFullError",
    "Failure",
    "InProcess",
    "Input",
    "Pool",
    "Progress",
    "Result",
    "Row",
    "Standing",
    "Store",
    "Summary",
    "Unit",
    "UnwritableFolderError",
    "Workers",
    "added",
    "closure",
    "content_digest",
    "dask_executor",
    "interrupted_by_termination",
    "local_executor",
    "kept_rows",
    "merge",
    "processors",
    "progress_on",
    "read_rows",
    "run_units",
]
