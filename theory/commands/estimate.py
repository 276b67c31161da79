"""`steplab estimate`: what a profile would cost before it is run."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from theory.commands.options import RESULTS
from theory.commands.terminal import wide_console

if TYPE_CHECKING:
    from synthetic.experiments import Unit


@dataclass(frozen=True)
class EstimateCost:
    """Estimate hours of a profile: operations by formula over a share of a GPU's peak, and hours of
    one processor core, as each kind of unit expects them of a free one, in proportion to what it
    took where the results hold rows that were computed here."""

    profile: str = "paper"
    """Sizes and budgets: quick, standard or paper."""
    peak: float = 312e12
    """Peak of the GPU in operations a second; by default an A100's in bfloat16."""
    claim: str | None = None
    """Only what this claim needs."""
    share: float = 0.3
    """Share of the peak that is reached; an assumption, to be measured on the machine."""

    def __call__(self) -> int:
        from rich.table import Table

        from synthetic.arguments import check_share
        from synthetic.experiments import read_rows
        from theory.claims.ledger import read_profiles
        from theory.claims.profile_units import claim_of_profile, profile_units
        from theory.studies.gpu_hours import A100, Gpu, profile_cost
        from theory.studies.profiles import profile
        from theory.tables.committed import committed_rows
        from theory.tables.pace import measured_here, pace

        if not 0 < self.peak < math.inf:
            raise ValueError(f"--peak is a number of operations > 0, got {self.peak:g}")
        check_share("--share", self.share, positive=True)
        gpu = Gpu("GPU", self.peak, self.share)
        chosen = profile(self.profile)
        committed = read_rows(committed_rows())
        known = {
            name: rows
            for name, every in read_profiles(RESULTS).items()
            if not (rows := measured_here(every, committed)).empty
        }
        measured: dict[str, float] = {}
        for name in sorted(known, key=lambda name: name == chosen.name):  # its own come last
            measured |= pace(known[name], profile_units(profile(name)))
        source = (
            f"in proportion to rows of {' and '.join(known)}"
            if known
            else "as expected of a free core"
        )
        units: Sequence[Unit] = profile_units(chosen)
        if self.claim is not None:
            units = claim_of_profile(self.claim, chosen).units(chosen)
        costs = profile_cost(units, measured)
        of_claim = "" if self.claim is None else f", {self.claim}"
        table = Table(
            title=f"{self.profile} profile{of_claim}",
            caption=f"{self.peak / 1e12:g} TFLOP/s at {self.share:.0%} "
            f"({A100.name}: {A100.peak / 1e12:g} TFLOP/s); core hours: exact work beside the GPU, "
            f"and all work without one, {source}",
        )
        for column in ("kind", "units", "FLOPs", "GPU hours", "core hours", "without GPU"):
            table.add_column(column, justify="left" if column == "kind" else "right")
        total = [0.0] * 4
        for one in costs:
            cores = (one.core_seconds / 3600, one.seconds_without_gpu / 3600)
            values = (one.flops, gpu.hours(one.flops), *cores)
            total = [before + value for before, value in zip(total, values, strict=True)]
            table.add_row(one.kind, f"{one.units:,}", *_shown(values))
        table.add_section()
        table.add_row(
            "all",
            f"{sum(one.units for one in costs):,}",
            *_shown(total),
        )
        wide_console().print(table)
        return 0


def _shown(values: Sequence[float]) -> list[str]:
    """Operations, and hours, of which small ones keep two digits."""
    flops, *hours = values
    return [f"{flops:.2e}", *(f"{one:.2f}" if one >= 0.1 else f"{one:.2g}" for one in hours)]
