"""Exact laws beside what a user has without them, simulation: `python -m benchmarks.laws`.

The chain is ngram2-v8. A simulation of the exact denoiser needs p (1 - p) / 1e-8 sequences for a
standard error of 1e-4 of the SER p; a few thousand are drawn and timed, the rest is proportion.
"""

import math
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
import tyro
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.table import Row, median_seconds, show
from synthetic.denoisers import Oracle
from synthetic.device import check_device, exact_device
from synthetic.languages import NGram, catalogue
from synthetic.quantities import CertifiedValue
from synthetic.sampling import Bernoulli, generate, linear
from theory.laws import (
    chain_sequence_error_rate,
    collision_constant,
    information_curve,
    optimal_sizes,
)

STANDARD_ERROR = 1e-4
SIMULATED = 4000
PEAK_SIZE = 2048
LONG = 4096


@dataclass(frozen=True)
class LawSpeed:
    """Time the exact laws of a Markov chain, and simulation beside them."""

    device: str = "cpu"
    """Where tensors live: cpu, cuda, cuda:N or mps (whose exact code runs on the CPU)."""


def run(device: str) -> list[Row]:
    """Seconds of the laws, their growth, their share of the float64 peak, and of simulation."""
    language = catalogue.load("ngram2-v8", exact_device(device))
    assert isinstance(language, NGram)
    note = f"{exact_device(device)}, threads: {torch.get_num_threads()}"

    def chain(length: int, steps: int, of: NGram = language) -> Callable[[], CertifiedValue]:
        return lambda: chain_sequence_error_rate(of, length=length, schedule=linear(steps))

    small = median_seconds([chain(64, 64)])[0]
    rows = [
        _beside_simulation(language, chain(64, 64)(), small, f"{note}, median of 7 runs"),
        *_growth(device, chain, note),
        _share_of_peak(chain(128, 128), device),
    ]
    large, rate = _once(chain(512, 512))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows.append(
        Row(
            name="chain SER, V = 8, L = N = 512, tolerance 1e-9",
            ours=large,
            unit="s",
            note=f"{note}, one run; SER {rate.value:.6f}, error {rate.error:.1e}; "
            f"peak of the process {memory:.2f} GiB",
        )
    )
    curve_seconds = median_seconds([lambda: information_curve(language, LONG)])[0]
    curve = information_curve(language, LONG)
    rows.append(Row(f"information curve, V = 8, L = {LONG}", curve_seconds, "s", note=note))
    for steps in (64, 512):
        seconds = median_seconds([partial(optimal_sizes, curve, steps)])[0]
        rows.append(Row(f"optimal sizes, L = {LONG}, N = {steps}", seconds, "s", note=note))
    seconds = median_seconds([lambda: collision_constant(language)])[0]
    rows.append(Row("collision constant, V = 8, tolerance 1e-6", seconds, "s", note=note))
    return rows


def _once(function: Callable[[], CertifiedValue]) -> tuple[float, CertifiedValue]:
    started = time.perf_counter()
    value = function()
    return time.perf_counter() - started, value


def _beside_simulation(language: NGram, exact: CertifiedValue, seconds: float, note: str) -> Row:
    """The exact law beside as many sequences as give a standard error of 1e-4."""
    needed = math.ceil(exact.value * (1 - exact.value) / STANDARD_ERROR**2)

    def simulate() -> None:
        generate(
            Oracle(language),
            Bernoulli(linear(64)),
            length=64,
            count=SIMULATED,
            generator=torch.Generator(device="cpu").manual_seed(0),
        )

    simulate()
    started = time.perf_counter()
    simulate()
    peer = (time.perf_counter() - started) * needed / SIMULATED
    return Row(
        name="chain SER, V = 8, L = N = 64, tolerance 1e-9",
        ours=seconds,
        peer=peer,
        unit="s",
        note=f"peer: simulation to a standard error of 1e-4, {needed:,} sequences, from "
        f"{SIMULATED:,} timed; {note}; SER {exact.value:.6f}, error {exact.error:.1e}",
    )


def _growth(
    device: str, chain: Callable[..., Callable[[], CertifiedValue]], note: str
) -> list[Row]:
    """Exponents of the time in L, in N and in V: log2 of the ratio of two runs."""
    wider = NGram.random(2, 16, 8, 1.0, seed=0, device=exact_device(device))
    runs = {
        "L from 64 to 128 at N = 64": (chain(64, 64), chain(128, 64)),
        "L from 128 to 256 at N = 64": (chain(128, 64), chain(256, 64)),
        "N from 64 to 128 at L = 128": (chain(128, 64), chain(128, 128)),
        "V from 8 to 16 at L = N = 48": (chain(48, 48), chain(48, 48, wider)),
    }
    rows = []
    for name, (less, more) in runs.items():
        less()
        few, many = (min(_once(run)[0] for _ in range(2)) for run in (less, more))
        rows.append(
            Row(
                name=f"growth of the time, {name}",
                ours=math.log2(many / few),
                unit="exponent",
                note=f"{few:.3g} s and {many:.3g} s; {note}",
            )
        )
    return rows


def _share_of_peak(function: Callable[[], CertifiedValue], device: str) -> Row:
    """Operations of the law a second over those of one large float64 matrix product."""
    counter = FlopCounterMode(
        display=False, custom_mapping={torch.ops.aten.addmm_: _addmm_operations}
    )
    with counter:
        function()
    flops = counter.get_total_flops()
    matrix = torch.rand((PEAK_SIZE, PEAK_SIZE), dtype=torch.float64, device=exact_device(device))
    peak, seconds = median_seconds([lambda: matrix @ matrix, function])
    speed, most = flops / seconds, 2 * PEAK_SIZE**3 / peak
    return Row(
        name="chain SER, L = N = 128: share of the matrix-product peak",
        ours=speed / most,
        unit="share",
        note=f"{speed / 1e9:.1f} of {most / 1e9:.1f} GFLOP/s in float64",
    )


def _addmm_operations(
    total: Sequence[int], left: Sequence[int], right: Sequence[int], **_: object
) -> int:
    """Multiplications and additions of total + left @ right, from shapes."""
    return 2 * left[0] * left[1] * right[1]


def main() -> None:
    """Prints the table."""
    show(run(str(check_device(tyro.cli(LawSpeed).device))), "exact laws")


if __name__ == "__main__":
    main()
