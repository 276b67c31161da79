"""Models trained for many epochs on few unique sequences, measured at the language itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from synthetic.arguments import check_integer
from synthetic.experiments.durable import set_aside
from synthetic.experiments.kinds.measurement import Setting, exact, setting_of
from synthetic.experiments.kinds.training import Architecture
from synthetic.experiments.unit import Context, Input, Result, Row, Unit, added

if TYPE_CHECKING:
    from torch import Tensor

    from synthetic.languages import Language
    from synthetic.metrics.endings import Asked
    from synthetic.models import Transformer
    from synthetic.models.stacked import StackedTransformer
    from synthetic.quantities import Estimate
    from synthetic.training import SideBySide

CONTEXTS_SEED = 2**40  # of the words that all units of a language are measured on
OPTIONS = 4
TENTHS = 10


@dataclass(frozen=True, kw_only=True)
class LimitedData(Unit):
    """Models of one arm and one corpus size, a seed each, trained side by side in one batch.

    A seed is that of weights, masks and corpus, so that arms with one seed read the same words in
    the same order. With `fresh` an epoch is as many new sequences. At each of `epochs` the rows say
    what the model is in the stable phase, and what it is annealed: with a decay of the learning
    rate that was branched off before and is over there. The divergence is KL(language || model) by
    the left-to-right chain rule in nats per token, summed over the vocabulary on `contexts` words.
    `thorough` adds multiple choice with hard distractors, confidence beside truth by tenths of the
    contexts at the last epoch, and of a denoiser the divergence of any order, by the number of
    masked tokens, and of the law of sequences revealed in random order.
    """

    kind = "limited data"
    version = 2  # intervals that hold

    language: str
    language_hash: str
    length: int
    unique_sequences: int
    fresh: bool = False
    arm: str
    objective: Literal["next token", "any order", "uniform noise"]
    learning_rate: float
    weight_decay: float = 0.0
    dropout: float = 0.0
    masked_input: float = 0.0
    orders: int | Literal["all"] | None = added(None)
    architecture: Architecture
    batch_size: int
    epochs: tuple[int, ...]
    seeds: tuple[int, ...]
    contexts: int = 512
    thorough: bool = added(False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if any(type(epoch) is not int or epoch < 1 for epoch in self.epochs):
            raise ValueError(f"epochs are integers >= 1, got {self.epochs}")
        if self.orders is not None and self.orders != "all":
            check_integer("orders", self.orders)

    @property
    def seed(self) -> int:
        """The first seed, for columns that have one."""
        return self.seeds[0]

    @property
    def expected_seconds(self) -> float:
        """What an update takes whatever its size, and by tokens; branches add half as many."""
        size = 4 * self.architecture.relative_size
        updates = 1.5 * max(self.epochs) * self.unique_sequences / self.batch_size
        tokens = len(self.seeds) * self.batch_size * self.length
        return 1 + updates * (4e-3 + 1.6e-5 * size * tokens)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Rows of every seed at every epoch, and of the ensemble of several causal models."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.training import CheckpointError
        from synthetic.training.checkpoint import has_checkpoint

        language = catalogue.load(self.language, exact_device(context.device))
        run = self._side_by_side(language, context)
        measure = _Measure(self, language, run)
        folder = context.folder / "checkpoint"
        done: int = 0
        rows: list[Row] = []
        if has_checkpoint(folder):
            try:
                done, rows = run.restore(folder)
            except CheckpointError as error:
                if set_aside(folder) is None:
                    raise
                context.note(f"{error}; {self.kind} {self.hash[:8]} begins anew")
        events = sorted(self._events(run))
        for place, (_, end, epoch, annealed) in enumerate(events[done:], start=done + 1):
            if annealed:
                rows += run.annealed(end, partial(measure, step=end, epoch=epoch, annealed=True))
            else:
                run.advance(end)
                rows += measure(run.models, step=end, epoch=epoch, annealed=False)
            run.save(folder, [place, rows])
            context.report(place / len(events))
        return Result(rows)

    def _side_by_side(self, language: Language, context: Context) -> SideBySide:
        from synthetic.device import check_device
        from synthetic.training import Arm, Member, SideBySide, TrainingCorpus

        arm = Arm(
            name=self.arm,
            objective=self.objective,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            dropout=self.dropout,
            masked_input=self.masked_input,
            orders=self.orders,
        )
        model = self.architecture.config(
            language.vocab_size,
            self.length,
            causal=arm.causal,
            noise_level=arm.noise_level,
            any_order=arm.any_order,
        )
        members = []
        for seed in self.seeds:
            corpus = TrainingCorpus(language, self.length, self.unique_sequences, seed)
            if corpus.coinciding and not self.fresh:
                context.note(corpus.coincidence)
            members.append(Member(arm, seed, None if self.fresh else corpus))
        return SideBySide(
            language,
            model,
            members,
            batch_size=self.batch_size,
            device=check_device(context.device),
        )

    def _events(self, run: SideBySide) -> Iterator[tuple[int, int, int, bool]]:
        """The step at which something is due, its last step, its epoch, and whether annealed."""
        for epoch in self.epochs:
            end = -(-epoch * self.unique_sequences // self.batch_size)
            yield run.decay_begins(end), end, epoch, True
            yield end, end, epoch, False


class _Measure:
    """What all models of a unit are measured on, the same words for every arm of a language."""

    def __init__(self, unit: LimitedData, language: Language, run: SideBySide) -> None:
        import torch

        from synthetic.denoisers import Oracle
        from synthetic.denoisers.left_to_right import left_to_right
        from synthetic.metrics import easy_endings, hard_endings
        from synthetic.models.stacked import parameter_count

        self.unit, self.language, self.run = unit, language, run
        self.parameters = parameter_count(run.models.config)
        generator = torch.Generator(device="cpu").manual_seed(CONTEXTS_SEED)
        oracle = Oracle(language)
        self.words = language.sample(unit.contexts, unit.length, generator)
        self.true = left_to_right(oracle, self.words)
        asked = max(1, unit.contexts // OPTIONS)
        self.asked = {"": easy_endings(language, unit.length, asked, generator, OPTIONS)}
        if unit.thorough:
            self.asked["hard_"] = hard_endings(language, unit.length, asked, generator, OPTIONS)
        self.trained_on: list[Tensor] = [
            member.corpus.tokens.unique(dim=0).to(language.device).long()
            for member in run.members
            if member.corpus is not None
        ]
        self.true_of_trained_on = [language.log_prob(words) for words in self.trained_on]

    def __call__(
        self, models: StackedTransformer, *, step: int, epoch: int, annealed: bool
    ) -> list[Row]:
        """The rows of all models at one epoch."""
        from synthetic.denoisers.left_to_right import stacked_left_to_right
        from synthetic.metrics import (
            chain_rule_divergence,
            mean_law,
            memorisation_excess,
            sequence_log_prob,
        )
        from synthetic.models.stacked import StackedTransformer

        unit = self.unit
        chain = stacked_left_to_right(models, self.words).to(self.true.device)
        columns = {
            "unique_sequences": unit.unique_sequences,
            "fresh": unit.fresh,
            "parameters": self.parameters,
            "epoch": epoch,
            "annealed": annealed,
        }
        settings = [setting_of(unit, unit.arm, steps=step, seed=seed) for seed in unit.seeds]
        measured: list[Row] = []
        for setting, learned in zip(settings, chain, strict=True):
            measured += self._rows(setting, learned)
        if annealed:
            for name, asked in self.asked.items():
                options = stacked_left_to_right(models, asked.words).to(self.true.device)
                for setting, learned in zip(settings, options, strict=True):
                    measured += self._choice(setting, name, asked, learned)
            for place, words in enumerate(self.trained_on):
                alone = StackedTransformer([models.model(place)])
                log_prob = sequence_log_prob(stacked_left_to_right(alone, words)[0], words)
                true = self.true_of_trained_on[place]
                excess = exact(memorisation_excess(true, log_prob.to(true.device)))
                measured.append(settings[place].row("memorisation_excess", excess))
            for place, setting in enumerate(settings if unit.thorough else ()):
                if epoch == max(unit.epochs):
                    measured += self._calibration(setting, chain[place])
                if unit.objective == "any order":
                    measured += self._any_order(setting, models.model(place))
            if unit.objective == "next token" and len(unit.seeds) > 1:
                name = f"ensemble of {len(unit.seeds)} {unit.arm}"
                setting = setting_of(unit, name, steps=step)
                together = chain_rule_divergence(self.true, mean_law(chain, self.words))
                measured.append(setting.row("chain_rule_divergence", together))
        return [{**row, **columns} for row in measured]

    def _rows(self, setting: Setting, learned: Tensor) -> Iterator[Row]:
        from synthetic.metrics import (
            chain_rule_divergence,
            entropy_deficit,
            signed_confidence,
            temperature_refit,
        )
        from synthetic.quantities import mean_estimate

        def mean(values: Tensor) -> Estimate:
            return mean_estimate(values.flatten(1).mean(1), "mean over words")

        yield setting.row("chain_rule_divergence", chain_rule_divergence(self.true, learned))
        yield setting.row("signed_confidence", mean(signed_confidence(self.true, learned)))
        yield setting.row("entropy_deficit", mean(entropy_deficit(self.true, learned)))
        refit = temperature_refit(self.true, learned)
        yield setting.row("divergence_after_temperature_refit", exact(refit.divergence))

    def _choice(self, setting: Setting, name: str, asked: Asked, learned: Tensor) -> Iterator[Row]:
        words, questions = asked
        chosen = learned.gather(-1, words.unsqueeze(-1)).squeeze(-1)
        scores = chosen[:, self.unit.length // 2 :].sum(1).unflatten(0, (-1, OPTIONS))
        yield setting.row(f"{name}multiple_choice_accuracy", questions.accuracy(scores))
        yield setting.row(f"{name}bayes_accuracy", questions.bayes_accuracy())
        yield setting.row(f"{name}option_gap", questions.option_gap(scores))
        yield setting.row(f"{name}option_area", exact(questions.area_under_curve(scores)))

    def _calibration(self, setting: Setting, learned: Tensor) -> Iterator[Row]:
        from synthetic.metrics import calibration

        for name, values in calibration(self.true, learned, TENTHS)._asdict().items():
            for tenth, value in enumerate(values.tolist(), start=1):
                yield {**setting.row(f"{name}_of_tenth", exact(value)), "tenth": tenth}

    def _any_order(self, setting: Setting, model: Transformer) -> Iterator[Row]:
        from synthetic.denoisers import Network
        from synthetic.metrics.random_order import LONGEST, random_order_divergence
        from synthetic.training import conditional_divergence

        unit = self.unit
        for count in (None, *range(1, unit.length + 1)):
            divergence = conditional_divergence(
                model,
                self.language,
                length=unit.length,
                sequences=unit.contexts,
                seed=CONTEXTS_SEED,
                masked_count=count,
            )
            row = setting.row("conditional_divergence", divergence)
            yield dict(row) if count is None else {**row, "masked": count}
        if unit.length <= LONGEST:
            words = self.words[: max(1, unit.contexts // OPTIONS)]  # each takes 2^L contexts
            divergence = random_order_divergence(Network(model), self.language, words)
            yield setting.row("random_order_divergence", divergence)
