"""The command line of steplab: the one file that imports synthetic, theory and proofs_check."""

import contextlib
import io
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import tyro

from theory.commands.languages import Languages
from theory.commands.report import Report
from theory.commands.run import Run
from theory.commands.sampling import Measure, Sample
from theory.commands.terminal import wide_console
from theory.commands.train import Train


@dataclass(frozen=True)
class Proofs:
    """Check the proofs of the theorems: every step's certificate, and that its twin is refused."""

    theorem: str | None = None
    """Check this theorem alone, and print each step with its formula."""
    step: str | None = None
    """Name of one step of the theorem; needed with --twin."""
    twin: bool = False
    """Run the broken twin of the step: print the counterexample and exit with 1."""
    json: bool = False
    """Print a list of {id, status, steps} instead of the table."""

    def __call__(self) -> int:
        """Exit status 0 where every proof is decided and every twin refused."""
        from proofs_check.outcome import Refuted
        from proofs_check.proofs import PROOFS
        from proofs_check.run import as_records, check_proofs, find_proof, proofs_table

        if self.twin:
            if self.theorem is None or self.step is None:
                raise ValueError("--twin needs --theorem ID and --step NAME")
            step = find_proof(self.theorem).step(self.step)
            outcome = step.twin.check()
            print(f"{step.change}: {step.twin.formula()}\n{outcome}")
            return 1 if isinstance(outcome, Refuted) else 0
        chosen = list(PROOFS.values()) if self.theorem is None else [find_proof(self.theorem)]
        checked = check_proofs(chosen)
        if self.json:
            print(json.dumps(as_records(checked), indent=1))
        else:
            console = wide_console()
            if self.theorem is not None:
                for one in checked[0].steps:
                    console.print(
                        f"{one.step.name} ({one.step.certificate.kind}): {one.step.conclusion}\n"
                        f"    {one.step.certificate.formula()}\n    {one.outcome}",
                        markup=False,
                        highlight=False,
                    )
            console.print(proofs_table(checked))
        return 0 if all(one.decided for one in checked) else 1


COMMANDS: dict[str, Callable[..., Callable[[], int]]] = {
    "run": Run,
    "train": Train,
    "sample": Sample,
    "measure": Measure,
    "report": Report,
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
