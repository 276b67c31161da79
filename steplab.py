"""The command line of steplab: the one file that imports synthetic, theory and proofs_check."""

import contextlib
import errno
import io
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import metadata

import tyro

from proofs_check.command import Proofs
from proofs_check.search_command import Searches
from synthetic.experiments import interrupted_by_termination
from synthetic.experiments.interrupt import signal_of
from theory.commands.advise import Advise
from theory.commands.estimate import EstimateCost
from theory.commands.languages import Languages
from theory.commands.ledger import Ledger
from theory.commands.measure import Measure
from theory.commands.report import Report
from theory.commands.run import Run
from theory.commands.sampling import Sample
from theory.commands.strategies import Strategies
from theory.commands.train import Train

COMMANDS: dict[str, Callable[..., Callable[[], int]]] = {
    "run": Run,
    "train": Train,
    "sample": Sample,
    "measure": Measure,
    "report": Report,
    "ledger": Ledger,
    "advise": Advise,
    "estimate": EstimateCost,
    "languages": Languages,
    "strategies": Strategies,
    "proofs": Proofs,
    "search": Searches,
}


LONGEST_LINE = 1800
NO_ROOM = re.compile("alloc.*memory|out of memory|[Ss]torage size calculation overflowed")
EXTRAS = {"distributed": "cluster", "transformers": "notebooks"}
GO_ON = "what was kept before is whole; run the same command again"
FROM_THE_START = "the same command starts again from the beginning"
KEEPING = {"run", "train"}  # commands that go on from what they kept
DESCRIPTION = """How many denoising steps does a language need, and what do they cost?

  --version   Print the version.
  --debug     Before or after a command: print the traceback of an error too.

Exit status 2 is wrong use, said in one line; 130 and 143 are a stop by Ctrl-C and by SIGTERM.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command; an error is one line on stderr and exit status 2."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    os.environ["MPLBACKEND"] = "agg"  # figures go to files; a notebook's backend may not be here
    _open_streams()
    if words == ["--version"]:
        print(f"steplab {metadata.version('steplab')}")
        sys.exit(0)
    try:
        _check_place()
        with interrupted_by_termination():
            status = _parse(words)()
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except KeyboardInterrupt as stop:
        came = signal_of(stop)
        said = GO_ON if words and words[0] in KEEPING else FROM_THE_START
        print(f"steplab: stopped by {came.name}: {said}", file=sys.stderr)
        sys.exit(128 + came)
    except Exception as error:
        if debug:
            traceback.print_exc()
        sys.exit(_refuse(error))
    sys.exit(status)


def _open_streams() -> None:
    """Output that is closed goes nowhere; output that is not UTF-8 loses what it cannot say."""
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")


def _check_place() -> None:
    """An error where the folder this runs in was removed, in which libraries cannot be loaded."""
    try:
        os.getcwd()
    except FileNotFoundError:
        raise ValueError("the folder this runs in is gone: change to one that is there") from None


def _parse(arguments: Sequence[str]) -> Callable[[], int]:
    """The command of the arguments; what tyro says of wrong ones is put on one line."""
    for before, word in zip(["steplab", *arguments], arguments, strict=False):
        if not word.strip() or (word.startswith("--") and word.endswith("=")):
            what = word.strip("= ") or before
            raise ValueError(f"nothing but an empty text after {what}: is a variable not set?")
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return tyro.extras.subcommand_cli_from_dict(
                COMMANDS, args=list(arguments), prog="steplab", description=DESCRIPTION
            )
    except SystemExit as stop:
        if stop.code == 2:
            text = " ".join(re.sub(r"[\u2500-\u257f]+|-{4,}", " ", said.getvalue()).split())
            text = re.split(r" (?:Argument helptext:|For full helptext)", text)[0]
            text = text.replace("Unrecognized options Unrecognized", "Unrecognized")
            sys.exit(_refuse(ValueError(f"{text}; see steplab --help")))
        sys.stderr.write(said.getvalue())
        raise


def _refuse(error: Exception) -> int:
    """Prints one line; exit status 2 of wrong use, 1 of what should not have happened."""
    said = user_error(error)
    line = said or f"this should not have happened, {type(error).__name__}: {error} (see --debug)"
    line = " ".join(line.split())
    if len(line) > LONGEST_LINE:  # a value of thousands of characters
        line = f"{line[: LONGEST_LINE // 2]} ... {line[-LONGEST_LINE // 2 :]}"
    with contextlib.suppress(OSError):  # nobody can be told: the status says it
        print(f"steplab: {line}", file=sys.stderr)
    return 1 if said is None else 2


def user_error(error: Exception) -> str | None:
    """What a person is told of an error that they can mend; None of any other."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
        return f"the output: {error.strerror}"
    if isinstance(error, MemoryError) or NO_ROOM.search(str(error)):
        wanted = re.search(r"allocate (\d[\d.]* \w+)", str(error))
        size = f" for {wanted[1]}" if wanted else ""
        return f"not enough memory{size}: ask for fewer or shorter sequences, or smaller models"
    if "C++ compiler" in str(error):  # wrapped in one way or another by torch.compile
        return "no C++ compiler such as g++ works here: install one, or leave out --compile"
    if isinstance(error, ModuleNotFoundError) and error.name in EXTRAS:
        extra = EXTRAS[error.name]
        return f"{error.name} is not installed; install it with: pip install 'steplab[{extra}]'"
    if isinstance(error, (ValueError, OSError, ImportError)):
        return str(error) or type(error).__name__
    return None


if __name__ == "__main__":
    main()
