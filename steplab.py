"""The command line of steplab: the one file that imports synthetic, theory and proofs_check."""

import contextlib
import io
import re
import sys
from collections.abc import Callable, Sequence

import tyro

from proofs_check.command import Proofs
from theory.commands.advise import Advise
from theory.commands.estimate import Estimate
from theory.commands.languages import Languages
from theory.commands.ledger import Ledger
from theory.commands.report import Report
from theory.commands.run import Run
from theory.commands.sampling import Measure, Sample
from theory.commands.train import Train

COMMANDS: dict[str, Callable[..., Callable[[], int]]] = {
    "run": Run,
    "train": Train,
    "sample": Sample,
    "measure": Measure,
    "report": Report,
    "ledger": Ledger,
    "advise": Advise,
    "estimate": Estimate,
    "languages": Languages,
    "proofs": Proofs,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command; an error is one line on stderr and exit status 2."""
    command = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(command())
    except (ValueError, OSError) as error:
        sys.exit(_refuse(str(error)))
    except KeyboardInterrupt:
        sys.exit(130)


def _parse(arguments: Sequence[str]) -> Callable[[], int]:
    """The command of the arguments; what tyro says of wrong ones is put on one line."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return tyro.extras.subcommand_cli_from_dict(
                COMMANDS, args=list(arguments), prog="steplab", description=__doc__
            )
    except SystemExit as stop:
        if stop.code == 2:
            text = " ".join(re.sub(r"[\u2500-\u257f]+|-{4,}", " ", said.getvalue()).split())
            text = re.split(r" (?:Argument helptext:|For full helptext)", text)[0]
            sys.exit(_refuse(f"{text}; see steplab --help"))
        sys.stderr.write(said.getvalue())
        raise


def _refuse(message: str) -> int:
    """Prints one line and gives the exit status of wrong use."""
    print(f"steplab: {' '.join(message.split())}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
