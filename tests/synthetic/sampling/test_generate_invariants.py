"""What holds of every generation, whatever denoiser, strategy, prompt and chance."""

from collections import Counter
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings

from synthetic.denoisers import Oracle, Perturbed
from synthetic.languages import CopyPairs
from synthetic.sampling import (
    Bernoulli,
    FirstHitting,
    Generation,
    LeftToRight,
    Strategy,
    generate,
    linear,
)
from synthetic.sampling.named import STRATEGIES
from tests.synthetic.sampling.generation_cases import (
    Case,
    Loop,
    Spy,
    cases,
    check_invariants,
    hashed,
)
from tests.synthetic.sampling.small_cases import CPU, generator

EXAMPLES = 600


def test_invariants_of_every_generation() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
    @given(cases())
    def check(case: Case) -> None:
        made, spy = case.run()
        check_invariants(case, made, spy)
        seen[type(case.strategy).__name__] += 1
        seen["one step"] += case.steps == 1
        seen["more steps than tokens"] += case.steps > case.length
        seen["prompt"] += case.prompt is not None
        free = (case.start == case.denoiser.vocab_size).sum(1)
        seen["rows of different need"] += len(free.unique()) > 1
        seen["nothing free"] += bool((free == 0).any())
        seen["several batches a step"] += len(spy.batches) > len(made.reveal_step.unique())
        if isinstance(case.denoiser, Oracle | Perturbed):
            language = case.denoiser.language
            called = torch.cat(spy.batches) if spy.batches else case.start[:0]
            seen["dead context"] += bool((language.log_evidence(called) == -torch.inf).any())

    check()
    least = {
        **{type(one.build(4, 2)).__name__: 10 for one in STRATEGIES.values()},
        "one step": 60, "more steps than tokens": 40, "prompt": 150, "rows of different need": 20,
        "nothing free": 20, "several batches a step": 20, "dead context": 40,
    }  # fmt: skip
    assert {name: seen[name] for name, number in least.items() if seen[name] < number} == {}


def broken_loop(case: Case, *, call_all: bool = False, fill: str = "", change: bool = False
                ) -> tuple[Generation, Spy]:  # fmt: skip
    """A plain ancestral loop of L steps that keeps the invariants, or breaks one of them.

    call_all: every row at every step; fill: argmax of the last law, or of one more call, where the
    last step left masks; change: a revealed token is drawn again.
    """
    spy = Spy(case.denoiser)
    mask, g = case.denoiser.vocab_size, generator(case.seed)
    tokens = case.start.clone()
    reveal_step = torch.zeros_like(tokens)
    calls = torch.zeros(case.count, dtype=torch.int64, device=CPU)
    for step in range(1, case.steps + 1):
        reveal_all = 1 / (case.steps - step + (2 if fill else 1))
        coins = torch.rand(tokens.shape, generator=g, dtype=torch.float64, device=CPU)
        reveal = (tokens == mask) & (coins < reveal_all)
        if change:
            reveal |= (reveal_step > 0) & (coins < 0.5)
        rows = torch.ones_like(calls).bool() if call_all else reveal.any(1)
        if bool(rows.any()):
            law = torch.zeros((*tokens.shape, mask), dtype=torch.float64, device=CPU)
            law[rows] = spy(tokens[rows]).exp()
            calls += rows
            drawn = torch.multinomial(law[reveal].nan_to_num(nan=1.0), 1, generator=g).squeeze(1)
            tokens[reveal] = drawn
        reveal_step[reveal] = step
    left = tokens == mask
    if fill == "one more call":
        rows = left.any(1)
        if bool(rows.any()):
            calls += rows
            law = spy(tokens[rows])
            best = torch.zeros_like(tokens)
            best[rows] = law.argmax(-1)
            tokens = torch.where(left, best, tokens)
        reveal_step[left] = case.steps
    elif fill == "last law":
        tokens = torch.where(left, spy.denoiser(tokens).argmax(-1), tokens)
        reveal_step[left] = case.steps
    made = Generation(tokens, calls, calls * 0, calls * case.length, reveal_step)
    return made, spy


def plain_case(seed: int) -> Case:
    return Case(hashed(3), Bernoulli(linear(4)), 4, 6, 3, seed, None, 10)


BROKEN: dict[str, Loop] = {
    "every row is called at every step": lambda case: broken_loop(case, call_all=True),
    "a final argmax pass": lambda case: broken_loop(case, fill="one more call"),
    "an argmax of the last law": lambda case: broken_loop(case, fill="last law"),
    "a revealed token is drawn again": lambda case: broken_loop(case, change=True),
    "masks are left": lambda case: broken_loop(replace(case, strategy=FirstHitting()), fill="no"),
}


@pytest.mark.parametrize("seed", range(20))
def test_a_sound_loop_of_another_hand_passes(seed: int) -> None:
    case = plain_case(seed)
    check_invariants(case, *broken_loop(case))


@pytest.mark.parametrize("name", BROKEN)
def test_the_check_refuses_broken_loops(name: str) -> None:
    """A seed may by chance leave nothing to break; most of 20 must show it."""
    refused = 0
    for seed in range(20):
        case = replace(plain_case(seed), count=8)
        made, spy = BROKEN[name](case)
        try:
            check_invariants(case, made, spy)
        except AssertionError:
            refused += 1
    assert refused >= 15


@pytest.mark.parametrize("strategy", [Bernoulli(linear(9)), FirstHitting(), LeftToRight(2)])
def test_calls_are_counted_row_by_row(strategy: Strategy) -> None:
    """Prompts that spell the row's number tell the rows of a batch apart."""
    count, digits, free = 12, 4, 5
    index = torch.arange(count, device=CPU)
    number = torch.stack([index >> digit & 1 for digit in range(digits)], 1)
    prompt = torch.cat([number, torch.full((count, free), 3, device=CPU)], 1)
    prompt[:4, digits:] = torch.tensor([0, 1, 2, 0, 1], device=CPU)  # four rows need nothing
    prompt[4:8, digits] = 1
    spy = Spy(hashed(3))
    made = generate(
        spy, strategy, length=digits + free, count=count, generator=generator(5), prompt=prompt,
        batch_size=5,
    )  # fmt: skip
    calls: Counter[int] = Counter()
    for batch in spy.batches:
        numbers = (batch[:, :digits] << torch.arange(digits, device=CPU)).sum(1)
        assert len(numbers.unique()) == len(numbers)  # a row is in a batch once
        calls.update(numbers.tolist())
    assert made.evaluations.tolist() == [calls[row] for row in range(count)]
    assert made.evaluations.tolist() == [len(set(r.tolist()) - {0}) for r in made.reveal_step]
    assert made.evaluations[:4].tolist() == [0] * 4
    assert int(made.evaluations[4:].min()) > 0


def test_one_step_and_many_steps_by_name() -> None:
    denoiser = Oracle(CopyPairs(3))
    once = generate(denoiser, Bernoulli(linear(1)), length=6, count=9, generator=generator(0))
    assert once.evaluations.tolist() == [1] * 9
    assert set(once.reveal_step.flatten().tolist()) == {1}
    many = generate(denoiser, Bernoulli(linear(600)), length=6, count=9, generator=generator(0))
    assert int(many.evaluations.max()) <= 6
    assert int(many.reveal_step.max()) > 6
    assert many.positions.tolist() == (many.evaluations * 6).tolist()


def test_evaluations_of_the_uniform_schedule() -> None:
    """Mean calls are N (1 - (1 - 1/N)^L) (cost section of the theory); false alarm 1e-6.

    A row makes at most min(N, L) calls, so Hoeffding bounds the mean of 4,000 rows.
    """
    steps, length, count = 24, 6, 4000
    made = generate(
        hashed(2), Bernoulli(linear(steps)), length=length, count=count, generator=generator(3)
    )
    expected = steps * (1 - (1 - 1 / steps) ** length)
    reach = length * (torch.log(torch.tensor(2e6, device=CPU)) / (2 * count)).sqrt().item()
    assert abs(made.evaluations.double().mean().item() - expected) < reach
    assert reach < length - expected + 0.5  # one call a token would fall outside: the broken twin
