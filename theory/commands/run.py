"""`steplab run`: a whole profile."""

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from theory.commands.options import RESULTS, elsewhere
from theory.commands.terminal import wide_console

TOLD = "metric-decides"  # the claim that a run ends with, from its own rows


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
    """Address of the Dask scheduler, tcp://host:port; needed with --executor dask. Whoever reaches
    a cluster without TLS runs code there: tcp:// is for trusted networks only."""
    tls: tuple[Path, Path, Path] | None = None
    """Certificates of a Dask scheduler at tls://host:port: authority, own certificate, own key."""
    workers: int | None = None
    """Local worker processes; by default one for each core."""
    results: Path = RESULTS
    """Folder of the results; each profile has a folder in it."""
    laws: bool = False
    """Only the exact laws, which need neither training nor sampling."""
    claim: str | None = None
    """Only what this claim needs; its line and tests are printed."""
    again: bool = False
    """Compute also what the rows that come with the code hold: those of standard."""

    def __call__(self) -> int:
        """Exit status 0 where every unit has its result."""

        from synthetic.device import check_device
        from synthetic.experiments import (
            DamagedRowsError,
            Store,
            Unit,
            Workers,
            dask_executor,
            kept_rows,
            local_executor,
            merge,
            run_units,
        )
        from theory.claims.ledger import (
            claim_text,
            entry,
            find_claim,
            smallest_profile,
            tests_table,
        )
        from theory.claims.ledger_table import ledger_table, ledger_title
        from theory.claims.profile_units import profile_units
        from theory.report.publish import Results
        from theory.studies.profiles import profile
        from theory.tables.committed import PROFILE, committed_by_unit
        from theory.tables.summary import summary_table

        check_device(self.device)
        chosen = profile(self.profile)
        claim = None if self.claim is None else find_claim(self.claim)
        if claim is not None and self.laws:
            raise ValueError("--claim and --laws each choose what is run: give one of them")
        if claim is not None and not claim.units(chosen):
            raise ValueError(
                f"the {chosen.name} profile has nothing of {claim.id}: give --profile "
                f"{smallest_profile(claim)}"
            )
        if self.again and not chosen.committed:
            raise ValueError(
                f"--again is for a profile whose rows come with the code: {PROFILE}, "
                f"got {chosen.name}"
            )
        if self.executor == "dask":
            if self.scheduler is None:
                raise ValueError("--executor dask needs --scheduler tcp://host:port, got none")
            workers: Workers = dask_executor(self.scheduler, security=self._security())
        else:
            if self.scheduler is not None or self.tls is not None:
                raise ValueError("--scheduler and --tls are for --executor dask, got local")
            workers = local_executor(self.workers)
        store = Store(self.results / chosen.name)
        results = Results(store.folder)
        units = profile_units(chosen)
        waiting = {unit.hash for unit in chosen.oracle_units(chosen.languages[0])}

        # rows that came with the code stand for their units; a model is trained again only for a
        # unit that has none
        kept = committed_by_unit() if chosen.committed else {}

        def draw_first(unit: Unit) -> None:
            waiting.discard(unit.hash)
            if not waiting and not results.figures.exists():
                merge(units, store, others=kept)
                results.draw_first()

        wanted: Sequence[Unit] = chosen.laws.units() if self.laws else units
        if claim is not None:
            wanted = claim.units(chosen)
        if chosen.committed and not self.again:
            with contextlib.suppress(DamagedRowsError):  # which is set aside when rows are merged
                kept |= kept_rows(results.rows)
            before = len(wanted)
            wanted = [unit for unit in wanted if unit.hash not in kept or store.find(unit)]
            if there := before - len(wanted):
                print(
                    f"{there:,} units have rows that come with the code: --again computes them too",
                    file=sys.stderr,
                )
        on_done = draw_first if claim is None else None
        summary = run_units(wanted, store, workers, device=self.device, on_done=on_done)
        merge(units, store, others=kept)
        if summary.interrupted:
            print(summary, file=sys.stderr)
            return 128 + summary.interrupted
        if claim is not None:
            line = entry(claim, {chosen.name: results.read()})
            wide_console().print(
                claim_text(line, elsewhere(self.results)), highlight=False, markup=False
            )
            wide_console().print(tests_table(line.tests))
            print(summary, file=sys.stderr)
            return 0 if summary.ok else 1
        results.publish(f"{chosen.name} profile", workers=self.workers)
        console = wide_console()
        console.print(summary_table(results.read(), f"{chosen.name} profile"))
        said = results.read_lines()
        told = next((line for line in said["own"] if line.id == TOLD), None)
        if told is not None:
            console.print(f"{chosen.name} rows on {told.id}: {told.verdict}", style="bold")
            console.print(told.sentence, highlight=False, markup=False)
        console.print(ledger_table(said["ledger"], ledger_title(said["ledger"])))
        console.print(f"report: {results.report}\nfigures: {results.figures}", highlight=False)
        print(summary, file=sys.stderr)
        return 0 if summary.ok else 1

    def _security(self) -> Any:
        """What `dask_executor` is given of certificates."""
        if self.tls is None:
            return None
        for path in self.tls:
            if not path.is_file():
                raise ValueError(f"--tls takes files of authority, certificate and key, got {path}")
        authority, certificate, key = map(str, self.tls)
        from distributed import Security

        return Security(
            tls_ca_file=authority,
            tls_client_cert=certificate,
            tls_client_key=key,
            require_encryption=True,
        )
