"""`steplab estimate`: what a profile would cost before it is run."""

import math
from dataclasses import dataclass

from theory.commands.terminal import wide_console


@dataclass(frozen=True)
class EstimateCost:
    """Estimate GPU hours of a profile: operations by formula over a share of a GPU's peak."""

    profile: str = "paper"
    """Sizes and budgets: quick, standard or paper."""
    peak: float = 312e12
    """Peak of the GPU in operations a second; by default an A100's in bfloat16."""
    share: float = 0.3
    """Share of the peak that is reached; an assumption, to be measured on the machine."""

    def __call__(self) -> int:
        from rich.table import Table

        from synthetic.arguments import check_share
        from theory.claims.profile_units import profile_units
        from theory.studies.gpu_hours import A100, Gpu, profile_cost
        from theory.studies.profiles import profile

        if not 0 < self.peak < math.inf:
            raise ValueError(f"--peak is a number of operations > 0, got {self.peak:g}")
        check_share("--share", self.share, positive=True)
        gpu = Gpu("GPU", self.peak, self.share)
        costs = profile_cost(profile_units(profile(self.profile)))
        table = Table(
            title=f"{self.profile} profile",
            caption=f"{self.peak / 1e12:g} TFLOP/s at {self.share:.0%} "
            f"({A100.name}: {A100.peak / 1e12:g} TFLOP/s); core hours: exact work, as expected",
        )
        for column in ("kind", "units", "FLOPs", "GPU hours", "core hours"):
            table.add_column(column, justify="left" if column == "kind" else "right")
        total = [0.0, 0.0, 0.0]
        for one in costs:
            values = (one.flops, gpu.hours(one.flops), one.core_seconds / 3600)
            total = [before + value for before, value in zip(total, values, strict=True)]
            flops, hours, core = values
            table.add_row(one.kind, f"{one.units:,}", f"{flops:.2e}", f"{hours:.2f}", f"{core:.2f}")
        table.add_section()
        table.add_row(
            "all",
            f"{sum(one.units for one in costs):,}",
            *(f"{total[0]:.2e}", f"{total[1]:.2f}", f"{total[2]:.2f}"),
        )
        wide_console().print(table)
        return 0
