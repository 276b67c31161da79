"""How much the path average exaggerates: both divergences by enumeration, on random languages."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from synthetic.quantities import CertifiedValue
from theory.studies.kinds.law import certified, oracle
from theory.studies.kinds.random_chain import RandomChain

SCHEDULES = ("linear", "cosine", "two phase")


@dataclass(frozen=True, kw_only=True)
class PathSlack(Unit):
    """KL(q||p) of the law actually sampled and its path average for `count` random chains, by
    enumeration of all V^L sequences, under three schedules of `steps` steps, Bernoulli reveal."""

    kind = "path slack"
    version = 2

    vocab_size: int
    branching: int
    temperature: float
    length: int
    steps: int
    count: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """One output law for each language and schedule, and all pairs of steps in each."""
        return 0.01 * self.count * len(SCHEDULES) * self.steps**2

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Two rows for each language and schedule, in nats per token."""
        from synthetic.denoisers import Oracle
        from synthetic.device import exact_device
        from synthetic.languages.language import enumerate_sequences
        from synthetic.metrics import kl_divergence
        from synthetic.sampling import Bernoulli, cosine, linear, two_phase
        from theory.laws.curves.information_curve import information_curve
        from theory.laws.enumeration.output_law import output_law

        device = exact_device(context.device)
        schedules = dict(
            zip(
                SCHEDULES,
                (linear(self.steps), cosine(self.steps), two_phase(self.steps, 1 / self.steps**2)),
                strict=True,
            )
        )
        words = enumerate_sequences(self.vocab_size, self.length, device)
        rows: list[Row] = []
        for seed in range(self.seed, self.seed + self.count):
            chain = RandomChain(self.vocab_size, self.branching, self.temperature, seed)
            language = chain.load(device)
            law = language.log_prob(words).exp()
            curve = information_curve(language, self.length)
            for name, schedule in schedules.items():
                generated = output_law(Oracle(language), Bernoulli(schedule), length=self.length)
                gap = kl_divergence(law, generated) / self.length
                setting = oracle(chain.name, chain.digest(), self.length, self.steps)
                for value, estimator in (
                    (gap, "exact law"),
                    (curve.path_bound(schedule), "path average, exact"),
                ):
                    computed = CertifiedValue(value, 1e-12 + math.ulp(value))
                    rows.append(
                        certified(
                            setting,
                            "token_error_rate_gap",
                            computed,
                            estimator,
                            schedule=name,
                            branching=self.branching,
                            temperature=float(self.temperature),
                        )
                    )
        return Result(rows)
