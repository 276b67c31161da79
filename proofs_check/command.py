"""`steplab proofs`: all proofs, one of them, or the broken twin of one step."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from theory.commands.options import RESULTS
from theory.commands.terminal import wide_console


@dataclass(frozen=True)
class Proofs:
    """Check the proofs of all theorems: every step's certificate, that its twin is refused, and how
    tight each bound is over a family of languages."""

    theorem: str | None = None
    """Check this theorem alone, and print each step with its formula."""
    step: str | None = None
    """Check this step of the theorem alone, by name."""
    twin: bool = False
    """Run the broken twin of the step: print the counterexample and exit with 1."""
    json: bool = False
    """Print the last complete run, {id, kind, status, tightness, steps} each; run nothing."""
    workers: int | None = None
    """Worker processes; by default one for each core."""
    results: Path = RESULTS
    """Folder of the results; the last complete run is proofs.json in it."""

    def __call__(self) -> int:
        """Exit status 0 where every theorem has a proof, decided, with every twin refused."""
        if self.step is not None and self.theorem is None:
            raise ValueError(f"--step {self.step} needs --theorem ID")
        if self.twin and self.step is None:
            raise ValueError("--twin needs --theorem ID and --step NAME")
        one = self.theorem is not None and not self.json
        if self.workers is not None and (one or self.json):
            raise ValueError(f"--workers {self.workers} is of a run of all theorems")
        if self.results != RESULTS and one:
            raise ValueError(f"--results {self.results} is of a run of all theorems, or of --json")
        if self.json:
            return self._print_last_run()
        if self.theorem is None:
            return self._check_all()
        if self.step is None:
            return self._check_one(self.theorem)
        return self._check_step(self.theorem, self.step)

    def _check_all(self) -> int:
        """All theorems side by side; the run is kept once it is complete, and its figure drawn."""
        import pandas as pd

        from proofs_check.last_run import keep_run, last_run
        from proofs_check.records import is_good, proofs_table
        from proofs_check.run import check_theorems
        from synthetic.experiments import local_executor, progress_on
        from theory.bounds import THEOREMS
        from theory.report.figures import tightness
        from theory.report.figures.draw import draw_one

        begun = time.monotonic()
        run = check_theorems(list(THEOREMS), local_executor(self.workers), progress_on())
        path = keep_run(self.results, run, time.monotonic() - begun)
        rows = pd.DataFrame(last_run(self.results).points)
        picture = draw_one(tightness.PLAN, rows, self.results / "figures")
        wide_console().print(proofs_table(run.records))
        print(f"kept: {path}\nfigure: {picture.light}")
        bad = [record for record in run.records if not is_good(record)]
        for record in bad:
            print(f"{record['id']}: {record['status']}", file=sys.stderr)
        return 1 if bad else 0

    def _check_one(self, theorem: str) -> int:
        """One theorem here and now, every step with its formula."""
        from proofs_check.proof import check
        from proofs_check.proofs import find_proof
        from proofs_check.records import is_good, proof_record, proofs_table, settled

        (record,) = settled([proof_record(check(find_proof(theorem)))])
        console = wide_console()
        for step in record["steps"]:
            console.print(
                f"{step['name']} ({step['certificate']}): {step['conclusion']}\n"
                f"    {step['formula']}\n"
                f"    {step['outcome']}: {step['detail']}\n"
                f"    twin, {step['change']}: {step['twin']}: {step['counterexample']}",
                markup=False,
                highlight=False,
            )
        console.print(proofs_table([record]))
        return 0 if is_good(record) else 1

    def _check_step(self, theorem: str, name: str) -> int:
        """One step or its broken twin; 0 only where the certificate holds."""
        from proofs_check.outcome import Holds
        from proofs_check.proofs import find_proof

        step = find_proof(theorem).step(name)
        certificate = step.twin if self.twin else step.certificate
        outcome = certificate.check()
        print(step.change if self.twin else step.conclusion)
        print(f"{certificate.formula()}\n{outcome}")
        return 0 if isinstance(outcome, Holds) else 1

    def _print_last_run(self) -> int:
        """The last complete run, or one theorem of it."""
        from proofs_check.last_run import last_run

        if self.step is not None:
            raise ValueError("--json prints whole theorems, without --step")
        records = last_run(self.results).records
        chosen = [record for record in records if self.theorem in (None, record["id"])]
        if not chosen:
            known = ", ".join(record["id"] for record in records)
            raise ValueError(f"no theorem {self.theorem!r} in the last run, there are {known}")
        print(json.dumps(chosen, indent=1))
        return 0
