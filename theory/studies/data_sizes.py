"""Sizes of the study of limited data: how far epochs over few unique sequences carry each arm."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from synthetic.experiments.kinds import Architecture, LimitedData
from synthetic.languages import catalogue
from synthetic.training.arms import (
    Arm,
    factorial_arms,
    masked_diffusion,
    plain_autoregressive,
    tuning_grid,
    uniform_diffusion,
)

LOOPS = 8  # passes of the layers of looped arms
LOOPED = ", looped"  # behind the name of such an arm


@dataclass(frozen=True, kw_only=True)
class DataSizes:
    """Languages, corpus sizes and models; each combination with each arm is one unit of work.

    `updates` are those of the longest run at each corpus size; epochs are the powers of two up to
    them. With `fresh` each arm also reads as many new sequences at the largest corpus size, and
    `fresh_arms` read such alone, twice as many: an arm that is best on few sequences may learn
    slowly from many. `factorial` are arms that share all with AR0 but one thing or more, compared
    with it at the middle of the sizes. There the autoregressive arms are also trained with looped
    layers, on the languages `looped`. `thorough` models are measured with hard distractors and in
    any order too.
    """

    languages: tuple[str, ...]
    length: int
    unique_sequences: tuple[int, ...]
    architectures: tuple[Architecture, ...]
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    batch_size: int
    updates: int
    contexts: int
    fresh: bool = False
    fresh_arms: tuple[Arm, ...] = ()
    factorial: tuple[Arm, ...] = ()
    looped: tuple[str, ...] = ()
    thorough: bool = False

    def units(self) -> tuple[LimitedData, ...]:
        """Every unit: all arms at one corpus size, then the next."""
        return tuple(self._units())

    def _units(self) -> Iterator[LimitedData]:
        for architecture in self.architectures:
            for language in self.languages:
                for count in self.unique_sequences:
                    for arm in self.arms:
                        yield self.unit(language, count, architecture, arm)
                most = max(self.unique_sequences)
                if self.fresh:
                    for arm in self.arms:
                        yield self.unit(language, most, architecture, arm, fresh=True)
                longer = replace(self, updates=2 * self.updates)
                for arm in self.fresh_arms:
                    yield longer.unit(language, most, architecture, arm, fresh=True)

    def factorial_units(self) -> tuple[LimitedData, ...]:
        """AR0 and the arms of the factorial, each on all languages before the next."""
        arms = [arm for arm in self.arms if arm.name == _PLAIN.name]
        return tuple(
            self.unit(language, self._middle, self.architectures[0], arm)
            for arm in (*arms, *self.factorial)
            for language in self.languages
            if self.factorial
        )

    def looped_units(self) -> tuple[LimitedData, ...]:
        """The autoregressive arms at the smallest size of model, their layers applied `LOOPS` times
        with the same weights: as many times the operations at equal parameters."""
        architecture = replace(self.architectures[0], loops=LOOPS)
        return tuple(
            self.unit(language, self._middle, architecture, replace(arm, name=arm.name + LOOPED))
            for arm in self.arms
            if arm.causal
            for language in self.looped
        )

    @property
    def _middle(self) -> int:
        return self.unique_sequences[len(self.unique_sequences) // 2]

    def tuning(self) -> tuple[LimitedData, ...]:
        """Eight configurations of each arm but AR0, which is not tuned, on a draw of the language
        that the study leaves out, at the middle of the sizes; no profile runs them."""
        return tuple(
            self.unit(
                _draw(0),
                self._middle,
                self.architectures[0],
                replace(one, name=f"{arm.name}, configuration {place}"),
            )
            for arm in self.arms
            if arm.name != _PLAIN.name
            for place, one in enumerate(tuning_grid(arm), start=1)
        )

    def unit(
        self, language: str, count: int, architecture: Architecture, arm: Arm, fresh: bool = False
    ) -> LimitedData:
        """One arm on one corpus size of one language."""
        most = max(1, self.updates * self.batch_size // count)
        return LimitedData(
            **catalogue.named(language),
            length=self.length,
            unique_sequences=count,
            fresh=fresh,
            arm=arm.name,
            objective=arm.objective,
            learning_rate=arm.learning_rate,
            weight_decay=arm.weight_decay,
            dropout=arm.dropout,
            masked_input=arm.masked_input,
            orders=arm.orders,
            architecture=architecture,
            batch_size=self.batch_size,
            epochs=tuple(2**power for power in range(most.bit_length())),
            seeds=self.seeds,
            contexts=self.contexts,
            thorough=self.thorough,
        )


def draws(count: int) -> tuple[str, ...]:
    """Order-2 chains over 8 symbols with full support, 56 free parameters each."""
    return tuple(_draw(seed) for seed in range(1, count + 1))


def _draw(seed: int) -> str:
    return f"ngram:order=2,vocab=8,branching=8,temperature=0.5,seed={seed}"


def hidden_markov_draws(count: int) -> tuple[str, ...]:
    """Hidden Markov models of 4 states over 8 symbols, all words possible, 43 free parameters."""
    hidden = "hmm:states=4,vocab=8,branching=4,symbols=8,temperature=0.5"
    return tuple(f"{hidden},seed={seed}" for seed in range(1, count + 1))


# AR* and diffusion are the best of ten configurations each, by language: docs/limited_data.md
_PLAIN = plain_autoregressive(3e-3)
_REGULARISED = replace(
    plain_autoregressive(1e-3), name="AR*", weight_decay=1.0, dropout=0.1, masked_input=0.15
)
_DIFFUSION = replace(masked_diffusion(5e-3), weight_decay=1.0)
_UNLIMITED = replace(_DIFFUSION, name="masked diffusion, weight decay 0.1", weight_decay=0.1)
_UNIFORM = uniform_diffusion(1.5e-2)
_HIDDEN_MARKOV_REGULARISED = replace(_REGULARISED, learning_rate=1e-3 / 3, weight_decay=3.0)
_HIDDEN_MARKOV_DIFFUSION = replace(_DIFFUSION, learning_rate=5e-3 / 3, dropout=0.1)
_SMALL = Architecture(width=32, depth=2, heads=2)
_LARGER = Architecture(width=64, depth=2, heads=2)
QUICK_DATA = DataSizes(
    languages=draws(1),
    length=8,
    unique_sequences=(256,),
    architectures=(_SMALL,),
    arms=(_PLAIN, _DIFFUSION),
    seeds=(0,),
    batch_size=16,
    updates=1024,
    contexts=256,
    fresh=True,
)
STANDARD_DATA = DataSizes(
    languages=draws(3),
    length=8,
    unique_sequences=(64, 128, 256, 512, 1024),
    architectures=(_SMALL, _LARGER),
    arms=(_PLAIN, _REGULARISED, _DIFFUSION),
    seeds=(0, 1, 2),
    batch_size=16,
    updates=4096,
    contexts=512,
    fresh=True,
    fresh_arms=(_UNLIMITED,),
    factorial=factorial_arms(_PLAIN),
    looped=draws(3),
)
HIDDEN_MARKOV_DATA = replace(
    STANDARD_DATA,
    languages=hidden_markov_draws(6),
    unique_sequences=(64, 128, 256, 512),
    architectures=(_SMALL,),
    arms=(_PLAIN, _HIDDEN_MARKOV_REGULARISED, _HIDDEN_MARKOV_DIFFUSION),
    fresh_arms=(replace(_HIDDEN_MARKOV_DIFFUSION, name=_UNLIMITED.name, weight_decay=0.1),),
    factorial=(),
    looped=(),
    thorough=True,
)
UNIFORM_NOISE_DATA = replace(
    STANDARD_DATA,
    architectures=(_SMALL,),
    arms=(_UNIFORM,),
    fresh_arms=(),
    factorial=(),
    looped=(),
)
PAPER_DATA = replace(
    STANDARD_DATA,
    length=32,
    unique_sequences=(256, 1024, 4096, 16384, 65536),
    architectures=tuple(
        Architecture(width=width, depth=depth, heads=width // 32)
        for width, depth in ((64, 4), (128, 4), (256, 6), (512, 8))
    ),
    batch_size=64,
    updates=65536,
    contexts=4096,
)
