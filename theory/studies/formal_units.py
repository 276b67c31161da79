"""Which formal languages a profile looks at, and the units of work that follow."""

from dataclasses import dataclass

from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from theory.studies.kinds.class_and_steps import ClassAndSteps
from theory.studies.trainings import fitting_length


@dataclass(frozen=True, kw_only=True)
class FormalSizes:
    """Languages at one length, or the longest below that has words, and numbers of steps."""

    languages: tuple[str, ...]
    length: int
    steps: tuple[int, ...]
    samples: int

    def units(self) -> tuple[Unit, ...]:
        """One unit a language."""
        return tuple(
            ClassAndSteps(
                **catalogue.named(name),
                length=fitting_length(name, self.length),
                steps=self.steps,
                samples=self.samples,
            )
            for name in self.languages
        )


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
    length=16,
    steps=(1, 2, 4, 8, 16, 32, 64),
    samples=200,
)
NO_FORMAL = FormalSizes(languages=(), length=16, steps=(), samples=1)
