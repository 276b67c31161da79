"""Trained quality after the quick budget, next to the exact denoiser."""

from benchmarks.table import Row
from synthetic.experiments import Store, Unit, local_executor, run_units
from synthetic.experiments.kinds import OracleError, TrainedError, Training
from theory.studies.profiles import QUICK

LANGUAGE = "ngram2-v8"
STEPS = (32, 128)
FOLDER = "results/quick"


def run(device: str) -> list[Row]:
    """Held-out excess of both models, and SER at two step counts beside the oracle's.

    Units of the quick profile: what `make` has computed is read, the rest is computed.
    """
    units = [unit for unit in QUICK.units() if _wanted(unit)]
    store = Store(FOLDER)
    summary = run_units(units, store, local_executor(), device=device)
    if not summary.ok:
        raise RuntimeError(f"the quick profile failed: {summary}")
    values: dict[tuple[str, str, int], float] = {}
    for unit in units:
        for row in store.read_input(unit).rows:
            if row["estimator"] != "path bound":
                values[str(row["denoiser"]), str(row["metric"]), int(row["steps"] or 0)] = float(
                    row["value"] or 0.0
                )
    rows = [
        Row(
            name=f"excess over the entropy, {LANGUAGE}, L = {QUICK.length}, {denoiser}",
            ours=values[denoiser, metric, 0],
            unit="nats per token",
        )
        for denoiser, metric in (
            ("masked-diffusion", "conditional_divergence"),
            ("autoregressive", "held_out_excess"),
        )
    ]
    rows += [
        Row(
            name=f"SER, Bernoulli, N = {steps}, trained beside exact",
            ours=values["masked-diffusion", "sequence_error_rate", steps],
            peer=values["oracle", "sequence_error_rate", steps],
            unit="share",
        )
        for steps in STEPS
    ]
    return rows


def _wanted(unit: Unit) -> bool:
    """Whether the table needs a unit of the quick profile."""
    match unit:
        case OracleError(language=language, reveal="bernoulli", steps=steps):
            return language == LANGUAGE and steps in STEPS
        case TrainedError(training=training, reveal="bernoulli", steps=steps):
            return _wanted(training) and steps in STEPS
        case Training(language=language, length=length):
            return language == LANGUAGE and length == QUICK.length
    return False
