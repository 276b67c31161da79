"""`rows.parquet`: a checksum on every page, and the digest of all rows in the file's own metadata.

What does not agree with its digest is refused, whatever was changed: no number is read that was not
written.
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from synthetic.arguments import check_path, checked

if TYPE_CHECKING:
    import pandas
    import pyarrow

_DIGEST = b"sha256 of all rows"
_NUMBERS = ("value", "low", "high", "standard_error")


class DamagedRowsError(ValueError):
    """A merged file does not hold the rows that were written."""


def encoded_rows(table: "pyarrow.Table") -> bytes:
    """The bytes of a merged file: equal rows, equal bytes."""
    import pyarrow
    from pyarrow import parquet

    marked = table.replace_schema_metadata({_DIGEST: rows_digest(table)})
    sink = pyarrow.BufferOutputStream()
    # numbers that hardly ever repeat are kept byte by byte, a fifth smaller than in a dictionary
    numbers = [name for name in _NUMBERS if name in table.column_names]
    parquet.write_table(
        marked,
        sink,
        compression="zstd",
        use_dictionary=[name for name in table.column_names if name not in numbers],
        use_byte_stream_split=numbers,
        write_page_checksum=True,
    )
    return sink.getvalue().to_pybytes()


def read_table(path: Path) -> "pyarrow.Table":
    """The rows of a merged file; DamagedRowsError unless all of them are as they were written."""
    from pyarrow import BufferReader, parquet

    if not path.is_file():
        raise DamagedRowsError(f"{path} is no file")
    data = path.read_bytes()
    try:
        # as one file and not as a data set, which starts a thread: one that is not yet running
        # when the interpreter ends aborts it
        file = parquet.ParquetFile(
            BufferReader(data), page_checksum_verification=True, pre_buffer=False
        )
        table = file.read(use_threads=False)
        expected = (table.schema.metadata or {}).get(_DIGEST)
        actual = rows_digest(table)
    except (Exception, MemoryError) as error:  # what a parser says of noise is of no fixed kind
        raise DamagedRowsError(f"{path} is cut short or damaged") from error
    if expected is None:
        raise DamagedRowsError(f"{path} has no digest of its rows: steplab did not write it")
    if expected != actual:
        raise DamagedRowsError(f"{path} is damaged: its digest does not hold")
    return table.replace_schema_metadata(None)


@checked
def read_rows(path: Path | str) -> "pandas.DataFrame":
    """The rows of a merged file as a frame; DamagedRowsError unless they are as written."""
    return read_table(check_path(path)).to_pandas()


def rows_digest(table: "pyarrow.Table") -> bytes:
    """The sha256 of names, types and values of all columns, in hexadecimal."""
    digest = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns):
        digest.update(json.dumps([name, str(column.type), column.to_pylist()]).encode())
    return digest.hexdigest().encode()
