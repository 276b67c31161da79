"""Which formal languages a profile looks at, and the units of work that follow."""

from collections.abc import Iterator
from dataclasses import dataclass

from synthetic.languages import catalogue
from synthetic.languages.grammar import Grammar
from theory.laws.structured import STRUCTURES
from theory.studies.kinds.class_and_steps import ClassAndSteps
from theory.studies.kinds.long_order_depth import LongOrderDepth
from theory.studies.kinds.order_depth import OrderDepth
from theory.studies.trainings import loaded


@dataclass(frozen=True, kw_only=True)
class FormalSizes:
    """Languages at several lengths, at each the longest up to it that has words, and numbers of
    steps; of a grammar fewer samples, and the first `grammar_lengths` lengths alone. Orders are
    compared up to the length `order_length`, 0 for nowhere, and for languages of one longer length
    by their structure, with as many samples as `long_samples`, 0 for none of them."""

    languages: tuple[str, ...]
    lengths: tuple[int, ...]
    steps: tuple[int, ...]
    samples: int
    grammar_samples: int
    grammar_lengths: int
    order_length: int = 0
    long_samples: int = 0

    def units(self) -> tuple[ClassAndSteps, ...]:
        """One unit a language and length, short words first."""
        return tuple(dict.fromkeys(self._units()))

    def orders(self) -> tuple[OrderDepth, ...]:
        """One unit for each language that has words so short."""
        return tuple(
            OrderDepth(**catalogue.named(name), longest=self.order_length)
            for name in self.languages
            if self.order_length and loaded(name).lengths(self.order_length)
        )

    def long_orders(self) -> tuple[LongOrderDepth, ...]:
        """One unit for each language of one longer length whose structure says its law."""
        structured = {name: loaded(name) for name in self.languages if self.long_samples}
        return tuple(
            LongOrderDepth(**catalogue.named(name), length=length, samples=self.long_samples)
            for name, language in structured.items()
            if type(language) in STRUCTURES and not language.lengths(self.order_length)
            for length in language.lengths(max(self.lengths))
        )

    def _units(self) -> Iterator[ClassAndSteps]:
        for place, length in enumerate(self.lengths):
            for name in self.languages:
                language = loaded(name)
                grammar = isinstance(language, Grammar)
                if grammar and place >= self.grammar_lengths:
                    continue
                for longest in sorted(language.lengths(length))[-1:]:
                    yield ClassAndSteps(
                        **catalogue.named(name),
                        length=longest,
                        steps=self.steps,
                        samples=self.grammar_samples if grammar else self.samples,
                    )


STEPS = (1, 2, 4, 8, 16, 32, 64)
QUICK_FORMAL = FormalSizes(
    languages=(
        "ngram2-v8",
        "tomita-3",
        "tomita-5",
        "dyck2-depth3",
        "running-sum-8",
        "sorted-8",
        "one-hot-8",
        "palindromes-4",
        "balanced-2",
        "dyck2",
        "equal-blocks",
        "copies-8",
        "counted-blocks-3",
        "latin-4",
    ),
    lengths=(16,),
    steps=STEPS,
    samples=200,
    grammar_samples=200,
    grammar_lengths=1,
    order_length=6,
)
STANDARD_FORMAL = FormalSizes(
    languages=tuple(catalogue.names()),
    lengths=(16, 32, 64),
    steps=STEPS,
    samples=400,
    grammar_samples=50,
    grammar_lengths=2,
    order_length=8,
    long_samples=20_000,
)
NO_FORMAL = FormalSizes(
    languages=(), lengths=(), steps=(), samples=1, grammar_samples=1, grammar_lengths=0
)
