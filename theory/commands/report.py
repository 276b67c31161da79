"""`steplab report`: figures and report from the rows on disk."""

from dataclasses import dataclass
from pathlib import Path

from theory.commands.options import RESULTS


@dataclass(frozen=True)
class Report:
    """Draw all figures of a profile and its report again, from the rows on disk."""

    profile: str = "quick"
    """Sizes and budgets: quick, standard or paper."""
    workers: int | None = None
    """Processes that draw; by default one for each core, at most 8."""
    results: Path = RESULTS
    """Folder of the results; each profile has a folder in it."""

    def __call__(self) -> int:
        from synthetic.arguments import check_integer
        from synthetic.experiments.executors import MOST_WORKERS
        from theory.report.publish import Results
        from theory.studies.profiles import profile

        if self.workers is not None:
            check_integer("workers", self.workers, most=MOST_WORKERS)
        results = Results(self.results / profile(self.profile).name)
        results.publish(f"{self.profile} profile", again=True, workers=self.workers)
        print(f"report: {results.report}\nfigures: {results.figures}")
        return 0
