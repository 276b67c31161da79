"""What came of a run."""

from dataclasses import dataclass

from synthetic.experiments.progress import duration
from synthetic.experiments.unit import Unit


@dataclass(frozen=True)
class Failure:
    """A unit that failed, and its error on one line."""

    unit: Unit
    error: str


@dataclass(frozen=True)
class Blocked:
    """A unit that was not run because one that it needs failed."""

    unit: Unit
    because: Unit


@dataclass(frozen=True)
class Summary:
    """What came of a run; `done` were there before, `computed` are new. `interrupted` is the number
    of the signal that stopped it, 0 where none did."""

    total: int
    done: int
    computed: int
    failed: tuple[Failure, ...]
    blocked: tuple[Blocked, ...]
    interrupted: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every unit now has its result; a caller exits non-zero otherwise."""
        return self.done + self.computed == self.total

    def __str__(self) -> str:
        if not self.total:
            return "nothing to compute: every unit has its rows"
        text = (
            f"{self.total} units: {self.done} were done, {self.computed} computed, "
            f"{len(self.failed)} failed, {len(self.blocked)} not run because of a failed one"
        )
        lost = self.total - self.done - self.computed - len(self.failed) - len(self.blocked)
        text += f", {lost} left by the interruption" if self.interrupted else ""
        return f"{text}; {duration(self.seconds)}"
