"""`steplab run`: a whole profile."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from theory.commands.options import RESULTS
from theory.commands.terminal import wide_console


@dataclass(frozen=True)
class Run:
    """Run a profile: units of work, merged rows, figures, report and summary."""

    profile: str = "quick"
    """Sizes and budgets: quick, standard or paper."""
    device: str = "cpu"
    """Where networks and exact code run: cpu, cuda, cuda:N or mps."""
    executor: Literal["local", "dask"] = "local"
    """Local processes, or a Dask cluster."""
    scheduler: str | None = None
    """Address of the Dask scheduler, tcp://host:port; needed with --executor dask."""
    workers: int | None = None
    """Local worker processes; by default one for each core."""
    results: Path = RESULTS
    """Folder of the results; each profile has a folder in it."""
    laws: bool = False
    """Only the exact laws, which need neither training nor sampling."""

    def __call__(self) -> int:
        """Exit status 0 where every unit has its result."""

        from synthetic.device import check_device
        from synthetic.experiments import (
            Store,
            Unit,
            Workers,
            dask_executor,
            kept_rows,
            local_executor,
            merge,
            run_units,
        )
        from theory.claims.ledger_table import ledger_table, ledger_title
        from theory.claims.profile_units import profile_units
        from theory.report.publish import Results
        from theory.studies.profiles import profile
        from theory.tables.summary import summary_table

        check_device(self.device)
        chosen = profile(self.profile)
        if self.executor == "dask":
            if self.scheduler is None:
                raise ValueError("--executor dask needs --scheduler tcp://host:port, got none")
            workers: Workers = dask_executor(self.scheduler)
        else:
            workers = local_executor(self.workers)
        store = Store(self.results / chosen.name)
        results = Results(store.folder)
        units = profile_units(chosen)
        waiting = {unit.hash for unit in chosen.oracle_units(chosen.languages[0])}

        def draw_first(unit: Unit) -> None:
            waiting.discard(unit.hash)
            if not waiting and not results.figures.exists():
                merge(units, store)
                results.draw_first()

        wanted: Sequence[Unit] = chosen.laws.units() if self.laws else units
        if chosen.committed:
            # rows that came with the code stand for their units; a model is trained again only
            # for a unit that has none
            kept = kept_rows(results.rows)
            wanted = [unit for unit in wanted if unit.hash not in kept or store.find(unit)]
        summary = run_units(wanted, store, workers, device=self.device, on_done=draw_first)
        merge(units, store)
        results.publish(f"{chosen.name} profile", workers=self.workers)
        console = wide_console()
        console.print(summary_table(results.read(), f"{chosen.name} profile"))
        lines = results.read_lines()
        console.print(ledger_table(lines, ledger_title(lines)))
        console.print(f"report: {results.report}\nfigures: {results.figures}", highlight=False)
        print(summary, file=sys.stderr)
        return 0 if summary.ok else 1
