"""What advice says: strategies and autoregression with their costs, and a verdict by each cost."""

from dataclasses import dataclass
from typing import Literal

from synthetic.models import TransformerConfig
from synthetic.quantities import Estimate
from theory.advice.call_seconds import CallSeconds
from theory.advice.strategy_errors import Metric

CostName = Literal["calls", "FLOPs", "seconds"]
Recommendation = Literal["masked diffusion", "noisy diffusion", "autoregression", "undecided"]
ERRORS: dict[Metric, str] = {"ter": "TER gap", "ser": "SER", "answer": "answer error"}


@dataclass(frozen=True)
class Costs:
    """Expected costs of a sequence: calls, that is steps that reveal something, operations, and
    seconds where measured. Infinite where the target is not reached."""

    calls: Estimate
    flops: Estimate
    seconds: Estimate | None

    def named(self) -> dict[CostName, Estimate]:
        """Those that are known, by name."""
        costs: dict[CostName, Estimate] = {"calls": self.calls, "FLOPs": self.flops}
        return costs if self.seconds is None else costs | {"seconds": self.seconds}


@dataclass(frozen=True)
class StrategyAdvice:
    """What one strategy needs for the target: the least steps N, infinite where it is out of reach,
    and their costs.

    `estimator` says how its error is known, `exact` whether without any sampling. `last` is the
    error after `most` steps, where the target is out of reach; `final` that more change nothing.
    """

    strategy: str
    steps: Estimate
    estimator: str
    exact: bool
    costs: Costs
    most: int
    last: Estimate | None
    final: bool

    @property
    def remark(self) -> str:
        """What a target out of reach comes down to, in one plain clause; empty where reached."""
        if self.last is None:
            return ""
        known = f"{self.last.value:.3g}"
        if self.final:
            return f"out of reach: error {known} after {self.most} steps, more change nothing"
        return f"not reached within {self.most} steps: error {known} there"


@dataclass(frozen=True)
class Preference:
    """The cheaper model by one cost, the strategy that comes off best, the ratio of its cost to
    that of autoregression (infinite where none reaches the target), and the reason as a clause."""

    cost: CostName
    choice: Recommendation
    strategy: str
    ratio: Estimate
    reason: str

    def __str__(self) -> str:
        choice = {
            "masked diffusion": f"masked diffusion with {self.strategy}",
            "noisy diffusion": f"diffusion with {self.strategy}",
            "autoregression": "autoregression",
            "undecided": "neither for certain",
        }[self.choice]
        return f"{choice} by {self.cost}, since {self.reason}"


@dataclass(frozen=True)
class Advice:
    """Strategies, the costs of the autoregressive model beside them, and a verdict by each cost.

    `unknown` are the strategies whose TER gap nothing here can tell.
    """

    metric: Metric
    target: float
    length: int
    model: TransformerConfig
    timing: CallSeconds | None
    strategies: tuple[StrategyAdvice, ...]
    unknown: tuple[str, ...]
    autoregression: Costs
    verdicts: tuple[Preference, ...]

    @property
    def recommendation(self) -> str:
        """Which model to prefer by each cost and why, in one plain sentence."""
        goal = f"{ERRORS[self.metric]} <= {self.target:g} at length {self.length}"
        return f"For {goal}, prefer {'; '.join(map(str, self.verdicts))}."
