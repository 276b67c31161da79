"""`steplab run`: a whole profile."""

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from theory.commands.options import RESULTS, elsewhere
from theory.commands.terminal import wide_console

if TYPE_CHECKING:
    from synthetic.experiments import Store, Unit, Workers
    from synthetic.experiments.unit import Value
    from theory.claims.claim import Claim
    from theory.report.publish import Results
    from theory.studies.profiles import Profile

    RowsByUnit: TypeAlias = dict[str, list[dict[str, Value]]]

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
        from synthetic.experiments import Store, merge, run_units
        from theory.claims.profile_units import profile_units
        from theory.report.publish import Results
        from theory.studies.profiles import profile

        check_device(self.device)
        chosen = profile(self.profile)
        claim = self._claim(chosen)
        workers = self._workers()
        store = Store(self.results / chosen.name)
        results = Results(store.folder)
        units = profile_units(chosen)
        kept = self._kept(chosen, results)
        wanted: Sequence[Unit] = chosen.laws.units() if self.laws else units
        if claim is not None:
            wanted = claim.units(chosen)
        if chosen.committed and not self.again:
            wanted = _without_rows(wanted, kept, store)
        waiting = {unit.hash for unit in chosen.oracle_units(chosen.languages[0])}

        def draw_first(unit: "Unit") -> None:
            waiting.discard(unit.hash)
            if not waiting and not results.figures.exists():
                merge(units, store, others=kept)
                results.draw_first()

        on_done = draw_first if claim is None else None
        summary = run_units(wanted, store, workers, device=self.device, on_done=on_done)
        merge(units, store, others=kept)
        if not summary.interrupted:
            if claim is None:
                self._publish(chosen, results)
            else:
                self._print_claim(claim, chosen, results)
        print(summary, file=sys.stderr)
        return 128 + summary.interrupted if summary.interrupted else int(not summary.ok)

    def _claim(self, chosen: "Profile") -> "Claim | None":
        """The claim that is asked for, or an error where options do not go together."""
        from theory.claims.profile_units import claim_of_profile
        from theory.tables.committed import PROFILE

        if self.again and not chosen.committed:
            raise ValueError(
                f"--again is for a profile whose rows come with the code: {PROFILE}, "
                f"got {chosen.name}"
            )
        if self.claim is None:
            return None
        if self.laws:
            raise ValueError("--claim and --laws each choose what is run: give one of them")
        return claim_of_profile(self.claim, chosen)

    def _workers(self) -> "Workers":
        """The processes that compute."""
        from synthetic.experiments import dask_executor, local_executor

        if self.executor == "dask":
            if self.scheduler is None:
                raise ValueError("--executor dask needs --scheduler tcp://host:port, got none")
            return dask_executor(self.scheduler, security=self._security())
        if self.scheduler is not None or self.tls is not None:
            raise ValueError("--scheduler and --tls are for --executor dask, got local")
        return local_executor(self.workers)

    def _kept(self, chosen: "Profile", results: "Results") -> "RowsByUnit":
        """Rows that stand for their units: those that came with the code, and those of an earlier
        run. A model is trained again only for a unit that has none."""
        from synthetic.experiments import DamagedRowsError, kept_rows
        from theory.tables.committed import committed_by_unit

        if not chosen.committed:
            return {}
        kept = committed_by_unit()
        if not self.again:
            with contextlib.suppress(DamagedRowsError):  # which is set aside when rows are merged
                kept |= kept_rows(results.rows)
        return kept

    def _print_claim(self, claim: "Claim", chosen: "Profile", results: "Results") -> None:
        """The line of a claim by the rows of the profile, and its tests."""
        from theory.claims.ledger import claim_text, entry, tests_table

        line = entry(claim, {chosen.name: results.read()})
        console = wide_console()
        console.print(claim_text(line, elsewhere(self.results)), highlight=False, markup=False)
        console.print(tests_table(line.tests))

    def _publish(self, chosen: "Profile", results: "Results") -> None:
        """Figures and report, and what the rows say."""
        from theory.claims.ledger_table import ledger_table, ledger_title
        from theory.tables.summary import summary_table

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


def _without_rows(wanted: "Sequence[Unit]", kept: "RowsByUnit", store: "Store") -> "Sequence[Unit]":
    """The units without kept rows, and those with a result of their own; prints how many are left
    out."""
    left = [unit for unit in wanted if unit.hash not in kept or store.find(unit)]
    if there := len(wanted) - len(left):
        print(
            f"{there:,} units have rows that come with the code: --again computes them too",
            file=sys.stderr,
        )
    return left
