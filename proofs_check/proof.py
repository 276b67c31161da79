"""A proof: named steps, each with premises, a conclusion, a certificate and a broken twin.

    hypotheses --premises--> step --conclusion--> ... --> the statement of the theorem

A step counts only if the last one rests on it. The status of a theorem is computed from the
certificates of the steps that count, never written down.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from proofs_check.certificates import AtSizes, Certificate, Exhaustive, Tried
from proofs_check.outcome import Holds, Outcome, Refuted
from theory.bounds import THEOREMS


@dataclass(frozen=True)
class Step:
    """One step. `twin` is the same kind of certificate with one named change, `change`, that makes
    it false: it has to be refused."""

    name: str
    premises: tuple[str, ...]
    conclusion: str
    certificate: Certificate
    change: str
    twin: Certificate

    def __post_init__(self) -> None:
        if type(self.twin) is not type(self.certificate):
            raise TypeError(
                f"the twin of {self.name} is of kind {self.certificate.kind}, got {self.twin.kind}"
            )


@dataclass(frozen=True)
class Proof:
    """The proof of a theorem of `theory.bounds` from hypotheses, by name."""

    theorem: str
    hypotheses: Mapping[str, str]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if self.theorem not in THEOREMS:
            raise ValueError(f"a proof belongs to a theorem of theory.bounds, got {self.theorem!r}")
        known = set(self.hypotheses)
        for step in self.steps:
            missing = set(step.premises) - known
            if missing:
                raise ValueError(f"step {step.name!r} rests on {sorted(missing)}, not shown before")
            if step.name in known:
                raise ValueError(f"two steps or hypotheses have the name {step.name!r}")
            known.add(step.name)
        if not self.steps or self.steps[-1].conclusion != THEOREMS[self.theorem].statement:
            raise ValueError(f"the last step of {self.theorem} concludes the theorem's statement")

    def step(self, name: str) -> Step:
        """The step of that name; a one-line error that lists those there are."""
        by_name = {step.name: step for step in self.steps}
        if name not in by_name:
            raise ValueError(f"{self.theorem} has no step {name!r}, there are {', '.join(by_name)}")
        return by_name[name]

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The hypotheses that are other theorems of `theory.bounds`, with proofs of their own."""
        return tuple(name for name in self.hypotheses if name in THEOREMS)

    @property
    def counting(self) -> tuple[Step, ...]:
        """The steps that the last one rests on, itself included, in order."""
        by_name = {step.name: step for step in self.steps}
        needed, waiting = set(), [self.steps[-1].name]
        while waiting:
            name = waiting.pop()
            if name in by_name and name not in needed:
                needed.add(name)
                waiting += by_name[name].premises
        return tuple(step for step in self.steps if step.name in needed)


@dataclass(frozen=True)
class CheckedStep:
    """A step with what its certificate and its twin ended in."""

    step: Step
    outcome: Outcome
    twin: Outcome

    @property
    def good(self) -> bool:
        """The certificate holds and the twin is refused."""
        return isinstance(self.outcome, Holds) and isinstance(self.twin, Refuted)


@dataclass(frozen=True)
class CheckedProof:
    """A proof after all its steps that count were checked."""

    proof: Proof
    steps: tuple[CheckedStep, ...]

    @property
    def status(self) -> str:
        """proved; proved up to tried lemmas: which; certified: on which family; asymptotic: at what
        sizes; refuted as stated: the counterexample; or undecided. The weakest that applies leads.
        """
        for checked in self.steps:
            if isinstance(checked.outcome, Refuted):
                return f"refuted as stated: {checked.outcome.counterexample}"
        if not all(checked.good for checked in self.steps):
            return "undecided"
        certificates = [checked.step.certificate for checked in self.steps]
        weaker = {
            "asymptotic": [one.listed for one in certificates if isinstance(one, AtSizes)],
            "certified": [one.formula() for one in certificates if isinstance(one, Exhaustive)],
            "proved up to tried lemmas": [
                one.lemma for one in certificates if isinstance(one, Tried)
            ],
        }
        parts = [
            f"{kind}: {'; '.join(dict.fromkeys(which))}" for kind, which in weaker.items() if which
        ]
        return "; ".join(parts) or "proved"

    @property
    def refuted(self) -> bool:
        """Whether some step is false."""
        return any(isinstance(checked.outcome, Refuted) for checked in self.steps)

    @property
    def decided(self) -> bool:
        """Whether nothing is left open and every twin is refused."""
        return self.status != "undecided"


_CHECKED: dict[int, CheckedStep] = {}  # by the id of the step, which stands in the value


def check(proof: Proof) -> CheckedProof:
    """Checks the certificate and the twin of every step that counts; a step that several proofs
    share is checked once in a process."""
    return CheckedProof(proof, tuple(map(_checked, proof.counting)))


def _checked(step: Step) -> CheckedStep:
    if id(step) not in _CHECKED:
        _CHECKED[id(step)] = CheckedStep(step, step.certificate.check(), step.twin.check())
    return _CHECKED[id(step)]
