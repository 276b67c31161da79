"""The oracle and its perturbation: an exact divergence, a function of the context alone."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Oracle, Perturbed, perturbed
from synthetic.denoisers.perturbed import ErrorDirection
from synthetic.languages import CopyPairs, HiddenMarkov, NGram, enumerate_sequences
from tests.generators import SEEDS, Partial, partials

EVERY = settings(max_examples=40, deadline=None, derandomize=True)
KINDS: tuple[ErrorDirection, ...] = ("uniform", "mode", "random")
EPSILONS = st.sampled_from([0.0, 1e-6, 1e-3, 0.1, math.log(2), 1.0, 5.0, 40.0])
RARE = NGram([0.5, 0.5, 0.0], [[1 - 1e-9, 1e-9, 0], [1e-300, 0, 1 - 1e-300], [0.5, 0.5, 0]])


def divergence(log_q: Tensor, log_p: Tensor) -> float:
    """KL(q || p) of one law in 100 bits."""
    with mpmath.workprec(100):
        terms = [
            mpmath.exp(q) * (mpmath.mpf(q) - p)
            for q, p in zip(log_q.tolist(), log_p.tolist())
            if q > -math.inf
        ]
        return float(mpmath.fsum(terms))


def check_divergence(denoiser: Perturbed, tokens: Tensor, epsilon: float) -> None:
    """Epsilon at masked positions of live contexts, normalised; the oracle everywhere else."""
    exact, moved = denoiser.oracle(tokens), denoiser(tokens)
    alive = denoiser.language.log_evidence(tokens) > -math.inf
    changed = (tokens == denoiser.vocab_size) & alive.unsqueeze(1)
    assert torch.equal(moved[~changed], exact[~changed])
    assert float(moved[changed].exp().sum(-1).sub(1).abs().max() if changed.any() else 0) < 1e-12
    for log_q, log_p in zip(exact[changed], moved[changed]):
        assert abs(divergence(log_q, log_p) - epsilon) <= 1e-10 * max(1, epsilon)


@EVERY
@given(partials().filter(lambda case: case.language.vocab_size > 1), EPSILONS, SEEDS)
def test_divergence_is_epsilon(case: Partial, epsilon: float, seed: int) -> None:
    for kind in KINDS:
        denoiser = Perturbed(Oracle(case.language), epsilon, kind, seed)
        check_divergence(denoiser, case.tokens, epsilon)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("epsilon", [1e-12, 1e-4, math.log(3), 2.0, 600.0])
def test_point_masses_uniform_rows_and_rare_symbols(kind: ErrorDirection, epsilon: float) -> None:
    for language in (CopyPairs(3), CopyPairs(2), RARE, NGram([1.0, 0.0], [[1, 0], [0, 1]])):
        contexts = enumerate_sequences(language.vocab_size + 1, 3)
        check_divergence(Perturbed(Oracle(language), epsilon, kind), contexts, epsilon)


class Rough(Perturbed):
    """A broken twin: nine digits of epsilon."""

    def __call__(self, tokens: Tensor) -> Tensor:
        return dataclasses.replace(self.exact(), epsilon=self._table[0] * (1 + 1e-9))(tokens)

    def exact(self) -> Perturbed:
        return Perturbed(self.oracle, self.epsilon, self.kind, self.seed)


class Everywhere(Perturbed):
    """A broken twin: dead contexts are moved as well."""

    def __call__(self, tokens: Tensor) -> Tensor:
        moved = super().__call__(tokens)
        dead = self.language.log_evidence(tokens) == -math.inf
        moved[dead] = moved[dead].flip(-1).roll(1, -1) + 1e-3
        return moved


class Batched(Perturbed):
    """A broken twin: the direction depends on the place in the batch."""

    def __call__(self, tokens: Tensor) -> Tensor:
        rows = range(len(tokens))
        return torch.cat(
            [dataclasses.replace(self.exact(), seed=row)(tokens[row : row + 1]) for row in rows]
        )

    def exact(self) -> Perturbed:
        return Perturbed(self.oracle, self.epsilon, self.kind, self.seed)


def test_broken_twins() -> None:
    oracle = Oracle(CopyPairs(3))
    contexts = enumerate_sequences(4, 3)
    check_divergence(Perturbed(oracle, 1.0, "random"), contexts, 1.0)
    for broken in (Rough, Everywhere):
        with pytest.raises(AssertionError):
            check_divergence(broken(oracle, 1.0, "random"), contexts, 1.0)
    check_alone(Perturbed(oracle, 1.0, "random"), contexts)
    with pytest.raises(AssertionError):
        check_alone(Batched(oracle, 1.0, "random"), contexts)


def check_alone(denoiser: Perturbed, tokens: Tensor) -> None:
    """A context has the same output in any order and in any batch, alone too."""
    together = denoiser(tokens)
    backwards = denoiser(tokens.flip(0)).flip(0)
    torch.testing.assert_close(backwards, together, rtol=1e-10, atol=1e-12)
    for row, output in zip(tokens, together):
        alone = denoiser(row.unsqueeze(0))[0]
        torch.testing.assert_close(alone, output, rtol=1e-10, atol=1e-12)


@EVERY
@given(
    partials().filter(lambda case: case.language.vocab_size > 1),
    st.sampled_from(KINDS),
    st.sampled_from([1e-3, math.log(2), 1.0]),
    SEEDS,
)
def test_same_context_same_output(
    case: Partial, kind: ErrorDirection, epsilon: float, seed: int
) -> None:
    check_alone(Perturbed(Oracle(case.language), epsilon, kind, seed), case.tokens)


def test_rounding_does_not_choose_among_equal_symbols() -> None:
    """The posterior of symmetric symbols differs in last bits; the mode is the first of them."""
    noisy = torch.tensor(
        [[0.3, 0.4, 0.3 + 1e-16], [0.4 - 1e-16, 0.2, 0.4], [0.4, 0.2, 0.4 - 1e-16]]
    )
    assert perturbed._mode_symbol(noisy.double().log()).tolist() == [1, 0, 0]
    broken = noisy.double().clone()
    broken[1, 0] -= 1e-8
    assert perturbed._mode_symbol(broken.log()).tolist() == [1, 2, 0]


def masked_outputs(kind: ErrorDirection, seed: int, language: NGram) -> Tensor:
    contexts = enumerate_sequences(language.vocab_size + 1, 3)
    return Perturbed(Oracle(language), 1e-3, kind, seed)(contexts)


def test_seeds_and_contexts_differ() -> None:
    """`random` draws another law for every seed, context and position."""
    language = NGram.random(2, 3, 3, 1.0, 0)
    first, again, other = (masked_outputs("random", seed, language) for seed in (0, 0, 1))
    contexts = enumerate_sequences(4, 3)
    masked = contexts == 3
    assert torch.equal(first, again)
    assert bool(((first - other)[masked].abs().amax(-1) > 1e-9).all())
    # a language in which nothing revealed matters: only the hash tells contexts apart
    flat = NGram([0.5, 0.3, 0.2], [[0.5, 0.3, 0.2]] * 3)
    laws = masked_outputs("random", 0, flat)[masked]
    assert len(torch.unique((laws * 1e9).round(), dim=0)) == len(laws)
    fixed = masked_outputs("uniform", 0, flat)[masked]
    assert len(torch.unique((fixed * 1e9).round(), dim=0)) == 1


def test_random_directions_are_uniform_on_the_simplex() -> None:
    """Means of 200,000 draws of Dirichlet(1, 1, 1, 1). False-alarm rate: 5e-6 (5 sigma, 8 numbers).

    Each weight has mean 1/4 and variance 3/80, each square has mean 1/10 and variance below 1/50.
    """
    tokens = torch.arange(200_000).unsqueeze(1)
    laws = perturbed._random(
        torch.zeros((200_000, 4), dtype=torch.float64), perturbed.context_keys(tokens, 0)[:, 0]
    )
    reach = 5 / math.sqrt(len(laws))
    assert bool((laws.mean(0) - 1 / 4).abs().le(reach * math.sqrt(3 / 80)).all())
    assert bool((laws.square().mean(0) - 1 / 10).abs().le(reach * math.sqrt(1 / 50)).all())
    normalised = torch.rand(laws.shape, dtype=torch.float64, generator=torch.Generator())
    normalised /= normalised.sum(-1, keepdim=True)  # a broken twin: uniforms, normalised
    assert bool((normalised.square().mean(0) - 1 / 10).abs().gt(reach * math.sqrt(1 / 50)).all())


def test_tokens_of_any_integer_type() -> None:
    contexts = enumerate_sequences(4, 3)
    denoiser = Perturbed(Oracle(CopyPairs(3)), 0.3, "random")
    assert torch.equal(denoiser(contexts.to(torch.int8)), denoiser(contexts))


def test_epsilon_for_each_number_of_masked_tokens() -> None:
    language = HiddenMarkov.random(3, 3, 2, 1.0, 0, symbols=2)
    table = [0.5, 0.0, 0.25]
    denoiser = Perturbed(Oracle(language), table)
    contexts = enumerate_sequences(4, 3)
    count = (contexts == 3).sum(1)
    for masked, epsilon in enumerate(table, 1):
        check_divergence(denoiser, contexts[count == masked], epsilon)
    with pytest.raises(AssertionError):  # a broken twin: the table read from the other end
        check_divergence(denoiser, contexts[count == 1], table[-1])
    with pytest.raises(ValueError, match="got 3 values and 4 masked tokens"):
        denoiser(torch.full((1, 4), 3))


@EVERY
@given(partials())
def test_the_oracle_is_the_posterior(case: Partial) -> None:
    oracle = Oracle(case.language)
    assert torch.equal(oracle(case.tokens), case.language.posterior(case.tokens))
    assert oracle.vocab_size == case.language.vocab_size
    assert oracle.device == case.language.device
    if case.language.vocab_size == 1:
        unmoved = Perturbed(oracle, 0.0)
        assert torch.equal(unmoved(case.tokens), oracle(case.tokens))


ORACLE = Oracle(CopyPairs(2))


def perturbed_with(**wrong: Any) -> Perturbed:
    return Perturbed(**{"oracle": ORACLE, "epsilon": 0.1, **wrong})


def oracle_of(wrong: Any) -> Oracle:
    return Oracle(wrong)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: Perturbed(ORACLE, -1.0), ValueError, "epsilon is finite .* got -1.0"),
        (lambda: Perturbed(ORACLE, math.inf), ValueError, "epsilon is finite .* got inf"),
        (lambda: Perturbed(ORACLE, [0.1, math.nan]), ValueError, r"got \[0.1, nan\]"),
        (lambda: Perturbed(ORACLE, []), ValueError, r"a number or several, got \[\]"),
        (lambda: perturbed_with(epsilon="0.1"), ValueError, "got '0.1'"),
        (lambda: perturbed_with(epsilon=True), ValueError, "got True"),
        (lambda: perturbed_with(kind="modal"), ValueError, "uniform, mode, random, got 'modal'"),
        (lambda: Perturbed(ORACLE, 0.1, seed=-1), ValueError, r"0\.\.2\^63-1, got -1"),
        (lambda: perturbed_with(seed=1.0), ValueError, r"seed is an integer, got 1\.0"),
        (lambda: Perturbed(Oracle(CopyPairs(1)), 0.1), ValueError, "got a vocabulary of 1"),
        (lambda: perturbed_with(oracle=CopyPairs(2)), TypeError, "oracle is an Oracle .*, got"),
        (lambda: oracle_of(ORACLE), TypeError, "language is a Language.*, got"),
        (lambda: oracle_of(CopyPairs), TypeError, "language is a Language.*, got"),
    ],
)
def test_refusals(call: Callable[[], object], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message) as error:
        call()
    assert "\n" not in str(error.value)
