"""`steplab advise`: which model to prefer for a language, a metric and a target."""

import math
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from theory.commands.options import LanguageName
from theory.commands.printed_json import print_json
from theory.commands.terminal import say_if_long, shown_progress, wide_console

if TYPE_CHECKING:
    from rich.table import Table

    from synthetic.models import TransformerConfig
    from synthetic.quantities import Estimate
    from theory.advice.answer import Advice, Costs


@dataclass(frozen=True)
class Advise:
    """Advise diffusion or autoregression for a language and a target error, by every cost.

    Least steps of each strategy of masked diffusion, and of noise that revises tokens along each
    grid of levels, from exact laws where they exist and from simulation otherwise,
    and what they cost beside autoregression with a key-value cache. All models are taken to have
    exact conditionals: learning error is not included.
    """

    language: LanguageName
    """Name of a language of the catalogue, or a specification such as "regex:(ab|c)*"."""
    metric: Literal["ter", "ser", "answer"] = "ter"
    """ter: token error rate, as its gap log TER(p) - log TER(q) in nats per token; ser: sequence
    error rate; answer: error of the answer where prompt, steps and answer are all generated."""
    target: float = 0.05
    """Error to reach."""
    length: int = 32
    """Length L of the sequences."""
    model_size: str = "small"
    """Size of both models: small (64/4/4), paper (768/12/12), or width/depth/heads."""
    device: str = "cpu"
    """Where networks are timed and errors simulated: cpu, cuda, cuda:N or mps."""
    batch_size: int | None = None
    """Sequences a batch of the timing; by default 64, fewer for models that would take long."""
    seconds: bool = True
    """Time an untrained transformer of that size on this machine now, a few seconds."""
    samples: int = 1000
    """Sequences behind each simulated error."""
    seed: int = 0
    """Seed of all draws."""
    json: bool = False
    """Print one object with strategies, costs, verdicts and the recommendation."""

    def __call__(self) -> int:
        from synthetic.arguments import check_integer, check_length
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.languages.prompted import Prompted
        from theory.advice.advice import advise, check_target
        from theory.advice.call_seconds import call_seconds

        if self.batch_size is not None and not self.seconds:
            raise ValueError(f"--batch-size {self.batch_size} is of --seconds, got --no-seconds")
        language = catalogue.load(self.language, exact_device(self.device))
        if self.metric == "answer" and not isinstance(language, Prompted):
            others = [name for name in catalogue.names() if _has_answer(name)]
            raise ValueError(f"{self.language} has no answers, those with: {', '.join(others)}")
        check_target(self.metric, self.target)
        check_integer("samples", self.samples)
        say_if_long(check_length(self.length))
        language.log_normaliser(self.length)  # an error where the length has no words
        model = self._model(language.vocab_size)
        timing = None
        if self.seconds:
            timing = call_seconds(
                model, length=self.length, device=self.device, batch_size=self.batch_size
            )
        with shown_progress("strategies") as progress:
            advice = advise(
                language,
                self.metric,
                self.target,
                length=self.length,
                model=model,
                timing=timing,
                samples=self.samples,
                seed=self.seed,
                progress=progress,
            )
        if self.json:
            print_json(self._record(advice))
        else:
            self._show(advice)
        return 0

    def _model(self, vocab_size: int) -> "TransformerConfig":
        """The size by its name or its three numbers."""
        from synthetic.models import TransformerConfig
        from theory.studies.profiles import PAPER, QUICK

        named = {"small": QUICK.architecture, "paper": PAPER.architecture}
        if self.model_size in named:
            size = named[self.model_size]
            width, depth, heads = size.width, size.depth, size.heads
        else:
            if not re.fullmatch(r"\d+/\d+/\d+", self.model_size):
                raise ValueError(
                    f"model size is {', '.join(named)} or width/depth/heads such as 64/4/4, got "
                    f"{self.model_size!r}"
                )
            width, depth, heads = map(int, self.model_size.split("/"))
        return TransformerConfig(
            vocab_size=vocab_size,
            max_length=self.length,
            width=width,
            depth=depth,
            heads=heads,
            causal=False,
            rotary=True,
        )

    def _record(self, advice: "Advice") -> dict[str, Any]:
        """The object of --json."""
        from theory.advice.advice import ASSUMPTION
        from theory.advice.noise_samplers import GRID_ADVICE

        return {
            "language": self.language,
            "metric": self.metric,
            "target": self.target,
            "length": self.length,
            "model": asdict(advice.model),
            "timing": None if advice.timing is None else asdict(advice.timing),
            "strategies": [
                asdict(line) | {"remark": line.remark, "ratios": _ratios(line.costs, advice)}
                for line in advice.strategies
            ],
            "unknown": list(advice.unknown),
            "autoregression": asdict(advice.autoregression),
            "verdicts": [asdict(verdict) for verdict in advice.verdicts],
            "recommendation": advice.recommendation,
            "grids": GRID_ADVICE,
            "assumption": ASSUMPTION,
        }

    def _show(self, advice: "Advice") -> None:
        """A table, the recommendation, and what it rests on."""
        from theory.advice.advice import ASSUMPTION
        from theory.advice.noise_samplers import GRID_ADVICE, NOISE_SAMPLERS

        console = wide_console()
        console.print(self._table(advice))
        for line in advice.strategies:
            if line.remark:
                console.print(f"{line.strategy}: {line.remark}", highlight=False)
        if advice.unknown:
            console.print(f"no known TER gap: {', '.join(advice.unknown)}", highlight=False)
        if any("path bound" in line.estimator for line in advice.strategies):
            console.print("A path bound lies above the TER gap: fewer steps may do.")
        if any(line.strategy in NOISE_SAMPLERS for line in advice.strategies):
            console.print(GRID_ADVICE, highlight=False)
        console.print(f"\n{advice.recommendation}\n", highlight=False)
        console.print(ASSUMPTION, highlight=False)
        if advice.timing is not None:
            timing = advice.timing
            console.print(
                f"Seconds: untrained networks on {timing.device} in batches of "
                f"{timing.batch_size}, measured just now, {timing.diffusion.estimator}.",
                highlight=False,
            )

    def _table(self, advice: "Advice") -> "Table":
        from rich.table import Table

        from theory.advice.answer import ERRORS

        size = f"{advice.model.width}/{advice.model.depth}/{advice.model.heads}"
        table = Table(
            caption=f"{self.language}, L = {self.length}, {ERRORS[self.metric]} <= "
            f"{self.target:g}, models of {size}; costs of a sequence, ratios to autoregression, "
            f"95% intervals{', of seconds the fastest and slowest run' if advice.timing else ''}"
        )
        names = list(advice.autoregression.named())
        for column in ("strategy", "error by", "least steps"):
            table.add_column(column)
        for name in names:
            table.add_column(name, justify="right")
            table.add_column("ratio", justify="right")
        for line in advice.strategies:
            cells = [line.strategy, line.estimator, _shown(line.steps)]
            ratios = _ratios(line.costs, advice)
            for name, cost in line.costs.named().items():
                known = math.isfinite(cost.value)
                cells += [f"{cost.value:.4g}", f"{ratios[name]:.3g}"] if known else ["-", "-"]
            table.add_row(*cells)
        cells = ["autoregression", "chain rule", str(self.length)]
        for cost in advice.autoregression.named().values():
            cells += [f"{cost.value:.4g}", "1"]
        table.add_row(*cells)
        return table


def _has_answer(name: str) -> bool:
    from synthetic.languages import catalogue
    from synthetic.languages.prompted import Prompted

    return isinstance(catalogue.load(name), Prompted)


def _ratios(costs: "Costs", advice: "Advice") -> dict[str, float]:
    """Each cost over that of autoregression."""
    reference = advice.autoregression.named()
    return {name: cost.value / reference[name].value for name, cost in costs.named().items()}


def _shown(steps: "Estimate") -> str:
    """Least steps with their interval where they have one."""
    if math.isinf(steps.low):
        return "out of reach"
    if steps.low == steps.high:
        return f"{steps.value:g}"
    return f"{steps.value:g} [{steps.low:g}, {steps.high:g}]"
