"""Random calls of generate, a denoiser that records its calls, and the invariants of the loop."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Denoiser, Oracle, Perturbed, as_denoiser
from synthetic.languages import CopyPairs, Language, NGram
from synthetic.sampling import (
    Bernoulli,
    EntropyBounded,
    FirstHitting,
    FixedCount,
    Generation,
    LeastEntropy,
    LeftToRight,
    Strategy,
    cosine,
    equal_sizes,
    generate,
    linear,
    two_phase,
)
from synthetic.sampling.named import STRATEGIES
from tests.generators import schedules, sizes_of
from tests.synthetic.sampling.small_cases import CPU, generator

LANGUAGES: tuple[Language, ...] = (
    CopyPairs(2),
    CopyPairs(3),
    NGram.random(order=2, vocab_size=4, branching=2, temperature=1.0, seed=1),
    NGram.random(order=3, vocab_size=3, branching=2, temperature=1.0, seed=2),
)
SIZED: dict[str, type[FixedCount] | type[LeastEntropy]] = {
    "FixedCount": FixedCount,
    "LeastEntropy": LeastEntropy,
}
NAMES = ("Bernoulli", "FirstHitting", "LeftToRight", "EntropyBounded", *SIZED, *STRATEGIES)
ROW_BY_ROW = ("Bernoulli", "FirstHitting", "LeftToRight", "EntropyBounded")  # any prompt fits


def hashed(vocab_size: int) -> Denoiser:
    """Laws that depend on the whole context; garbage at revealed positions, to be ignored."""

    def law(tokens: Tensor) -> Tensor:
        places = torch.arange(1, tokens.shape[1] + 1, device=tokens.device)
        key = ((tokens + 1) * places**2).sum(1, keepdim=True) * places
        symbols = torch.arange(1, vocab_size + 1, device=tokens.device)
        logits = 2 * torch.sin(key.unsqueeze(-1) * symbols * 0.7)
        garbage = (tokens != vocab_size).unsqueeze(-1)
        return torch.log_softmax(logits.double(), -1).masked_fill(garbage, torch.nan)

    return as_denoiser(law, vocab_size)


@dataclass
class Spy:
    """A denoiser that records every batch that it is called on."""

    denoiser: Denoiser
    batches: list[Tensor] = field(default_factory=list)

    @property
    def vocab_size(self) -> int:
        return self.denoiser.vocab_size

    @property
    def device(self) -> torch.device:
        return self.denoiser.device

    def __call__(self, tokens: Tensor) -> Tensor:
        self.batches.append(tokens.clone())
        return self.denoiser(tokens)


@dataclass(frozen=True)
class Case:
    """Arguments of one call of generate."""

    denoiser: Denoiser
    strategy: Strategy
    steps: int
    length: int
    count: int
    seed: int
    prompt: Tensor | None
    batch_size: int

    @property
    def start(self) -> Tensor:
        """The partial sequences (count, L) before the first step."""
        mask = torch.tensor(self.denoiser.vocab_size, device=CPU)
        given = mask if self.prompt is None else self.prompt
        return given.expand(self.count, self.length)

    def run(self) -> tuple[Generation, Spy]:
        """What generate makes of the case, and the calls it made."""
        spy = Spy(self.denoiser)
        made = generate(
            spy,
            self.strategy,
            length=self.length,
            count=self.count,
            generator=generator(self.seed),
            prompt=self.prompt,
            batch_size=self.batch_size,
        )
        return made, spy


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Calls of generate with every strategy; one step, N > L and prompts often."""
    length = draw(st.integers(1, 7))
    count = draw(st.integers(1, 5))
    language = draw(st.sampled_from(LANGUAGES))
    oracle = Oracle(language)
    choices: list[Denoiser] = [oracle, oracle, Perturbed(oracle, 0.3, "random"),
                               hashed(language.vocab_size)]  # fmt: skip
    denoiser = draw(st.sampled_from(choices))
    seed = draw(st.integers(0, 2**31))
    words = language.sample(count, length, generator(seed))
    if draw(st.booleans()):
        # a dead prompt is possible here, since a spy has no language to check it against
        words = words.flip(1).roll(1, 1)
    rows = draw(st.sampled_from(["no prompt", "one prompt", "a prompt a row"]))
    name = draw(st.sampled_from(NAMES))
    prompt, free = None, length
    if rows != "no prompt":
        one = rows == "one prompt" or name not in ROW_BY_ROW
        kept = st.lists(st.booleans(), min_size=length, max_size=length)
        shown = [draw(kept) for _ in range(1 if one else count)]
        free = length - sum(shown[0])
        hidden = ~torch.tensor(shown, device=CPU)
        prompt = words.masked_fill(hidden, language.mask)
        if rows == "one prompt":
            prompt = words[0].masked_fill(hidden[0], language.mask)
    strategy, steps = draw(_strategies(name, length, free))
    return Case(denoiser, strategy, steps, length, count, seed, prompt, draw(st.integers(1, 6)))


@st.composite
def _strategies(draw: st.DrawFn, name: str, length: int, free: int) -> tuple[Strategy, int]:
    """A strategy by name and its number of steps: one, few, or more than there are positions."""
    if name in STRATEGIES and not free:
        name = "Bernoulli"
    steps = draw(st.one_of(st.just(1), st.integers(1, length), st.integers(length + 1, 3 * length)))
    if name in STRATEGIES:
        built = STRATEGIES[name].build(free, steps)
        start = torch.zeros((1, length), dtype=torch.int64, device=CPU)
        return built, built.steps(start)
    if name == "Bernoulli":
        first = draw(st.floats(0, 1)) if steps > 1 else 1.0
        made = [linear(steps), cosine(steps), two_phase(steps, first), draw(schedules())]
        schedule = draw(st.sampled_from(made))
        return Bernoulli(schedule), len(schedule)
    if name in SIZED:
        sizes = equal_sizes(free, steps) if free else (0,) * steps
        sizes = draw(st.one_of(st.just(sizes), sizes_of(free)))
        return SIZED[name](sizes), len(sizes)
    if name == "EntropyBounded":
        return EntropyBounded(draw(st.sampled_from((0.0, 0.3, 1.0, 9.0)))), length
    if name == "FirstHitting":
        return FirstHitting(), length
    block = draw(st.integers(1, length + 1))
    return LeftToRight(block), -(-length // block)


Loop = Callable[[Case], tuple[Generation, Spy]]


def check_invariants(case: Case, made: Generation, spy: Spy) -> None:
    """Everything that holds of a strategy that neither remasks nor probes."""
    mask = case.denoiser.vocab_size
    free = case.start == mask
    shape = (case.count, case.length)
    assert made.tokens.shape == made.reveal_step.shape == shape, "shapes"
    assert bool(((made.tokens >= 0) & (made.tokens < mask)).all()), "a mask is left"
    assert bool((made.tokens == case.start)[~free].all()), "the prompt changed"
    assert bool((made.reveal_step[~free] == 0).all()), "the prompt has a reveal step"
    revealed = made.reveal_step[free]
    assert bool(((revealed >= 1) & (revealed <= case.steps)).all()), "reveal steps lie in 1..N"

    steps_used = [len(set(row.tolist()) - {0}) for row in made.reveal_step]
    assert made.evaluations.tolist() == steps_used, "a call in a step that reveals nothing"
    most = free.sum(1).clamp(max=case.steps)
    assert bool((made.evaluations <= most).all()), "more evaluations than min(N, L)"
    assert made.probes.tolist() == [0] * case.count, "no probes"
    assert made.positions.tolist() == [calls * case.length for calls in steps_used], "positions"

    # a call sees, for each row that the step reveals something in, the final tokens with those of
    # this step and later masked: no other row, and no token that changes afterwards
    expected = []
    for step in range(1, case.steps + 1):
        rows = (made.reveal_step == step).any(1)
        later = made.reveal_step[rows] >= step
        expected.append(made.tokens[rows].masked_fill(later, mask))
    seen = torch.cat([torch.empty((0, case.length), dtype=torch.int64, device=CPU), *spy.batches])
    assert seen.tolist() == torch.cat(expected).tolist(), "calls differ from the reveals"
    assert all(1 <= len(batch) <= case.batch_size for batch in spy.batches), "batch size"
