"""Posteriors of masked sequences: ours beside dynamax, pomegranate and a loop in numpy.

Random HMMs, half of the positions masked, float64, one thread, all peers in the same process. Each
is given the tokens and returns the log-probability of each symbol at each position, revealed ones
as point masses. A run is as many calls as take about 50 milliseconds; the figure is the median of
21 runs that alternate between ours and the peer, after a warm-up that compiles: runs so short need
many, or a second in which the machine is slower decides.

The posterior given weights at every position stands beside the masked one; the weights are those
of tokens half of which are noise.

    python -m benchmarks.posterior --device cpu
"""

import importlib
import itertools
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import tyro
from torch import Tensor

from benchmarks.table import Row, median_seconds, show
from synthetic.device import exact_device
from synthetic.languages import HiddenMarkov

SIZES = ((256, 64, 8, 16), (64, 512, 32, 8))  # B, L, S, V
SMALL = (81, 4, 3, 3)
RUN_SECONDS = 0.05
RUNS = 21
# read once, when XLA starts
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

Posterior = Callable[[], object]


def run(device: str = "cpu") -> list[Row]:
    """Seconds of one call of ours and of each peer. Peers stay on the CPU whatever the device."""
    os.environ.setdefault("XLA_FLAGS", ONE_THREAD)
    importlib.import_module("pomegranate.hmm")  # it raises torch's number of threads

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = [row for size in SIZES for row in _rows(size, device)]
    finally:
        torch.set_num_threads(threads)
    return [*rows, _agreement(device)]


def _rows(size: tuple[int, int, int, int], device: str) -> list[Row]:
    batch, length, states, symbols = size
    language, tokens = _case(size)
    moved, moved_tokens = language.to(exact_device(device)), tokens.to(exact_device(device))

    def ours() -> Tensor:
        return _finished(moved.posterior(moved_tokens))

    weights = _noisy_weights(language, batch, length).to(exact_device(device))
    weighted, masked = _seconds(lambda: _finished(moved.posterior_given(weights)), ours)
    rows = [
        Row(
            name=f"(B, L, S, V) = {batch, length, states, symbols}, weights beside masks",
            ours=weighted,
            peer=masked,
            unit="s",
            note="posterior_given beside posterior",
        )
    ]
    expected = ours().cpu()
    for name, build, given in PEERS:
        peer = build(language, tokens)
        difference = _difference(expected, _as_tensor(peer()))
        own_seconds, peer_seconds = _seconds(ours, peer)
        rows.append(
            Row(
                name=f"(B, L, S, V) = {batch, length, states, symbols} beside {name}",
                ours=own_seconds,
                peer=peer_seconds,
                unit="s",
                note=f"{given}; largest difference {difference:.1e}",
            )
        )
    return rows


def _case(size: tuple[int, int, int, int]) -> tuple[HiddenMarkov, Tensor]:
    """A dense random HMM and words of it, half of the positions masked."""
    batch, length, states, symbols = size
    language = HiddenMarkov.random(states, symbols, states, 1.0, seed=0, symbols=symbols)
    generator = torch.Generator().manual_seed(0)
    words = language.sample(batch, length, generator)
    hide = torch.rand(words.shape, generator=generator) < 0.5
    return language, words.masked_fill(hide, language.mask)


def _noisy_weights(language: HiddenMarkov, batch: int, length: int) -> Tensor:
    """Likelihoods (B, L, V) of words in which half of the symbols were drawn uniformly."""
    size = language.vocab_size
    words = language.sample(batch, length, torch.Generator().manual_seed(1))
    kept = torch.nn.functional.one_hot(words, size).double()
    return kept / 2 + 1 / (2 * size)


def _finished(result: Tensor) -> Tensor:
    """The result once the device has computed it."""
    if result.is_cuda:
        torch.cuda.synchronize()
    return result


def _seconds(ours: Posterior, peer: Posterior) -> tuple[float, float]:
    """Median seconds of a call, each run long enough to be measured."""
    calls = [max(1, round(RUN_SECONDS / _once(call))) for call in (ours, peer)]
    runs = [lambda call=call, n=n: _repeat(call, n) for call, n in zip((ours, peer), calls)]
    our_seconds, other = median_seconds(runs, RUNS)
    return our_seconds / calls[0], other / calls[1]


def _once(call: Posterior) -> float:
    call()
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _repeat(call: Posterior, count: int) -> None:
    for _ in range(count):
        call()


def _as_tensor(values: object) -> Tensor:
    if isinstance(values, Tensor):
        return values
    return torch.tensor(np.asarray(values), dtype=torch.float64, device="cpu")


def _difference(one: Tensor, other: Tensor) -> float:
    """Largest absolute difference of log-probabilities; infinite where one has a zero alone."""
    if not torch.equal(one == -math.inf, other == -math.inf):
        return math.inf
    return float((one - other).masked_fill(one == -math.inf, 0.0).abs().max())


def _log_likelihoods(language: HiddenMarkov) -> np.ndarray:
    """(V + 1, S): log-probability of each symbol in each state, zero for the mask."""
    return np.vstack([language.emission.log().T.numpy(), np.zeros(len(language.initial))])


def _point_masses(language: HiddenMarkov) -> np.ndarray:
    """(V + 1, V): log-laws of revealed positions."""
    with np.errstate(divide="ignore"):
        return np.log(np.eye(language.mask + 1, language.vocab_size))


def dynamax(language: HiddenMarkov, tokens: Tensor) -> Posterior:
    """hmm_smoother under vmap and jit, and the map to symbols inside the same jit."""
    import jax
    import jax.numpy as jnp
    from dynamax.hidden_markov_model.inference import hmm_smoother

    jax.config.update("jax_enable_x64", True)
    initial, transition, emission = (
        jnp.asarray(table.numpy())
        for table in (language.initial, language.transition, language.emission)
    )
    likelihoods = jnp.asarray(_log_likelihoods(language))
    revealed = jnp.asarray(_point_masses(language))
    rows = jnp.asarray(tokens.numpy())

    def one(row: "jax.Array") -> "jax.Array":
        states = hmm_smoother(initial, transition, likelihoods[row]).smoothed_probs
        masked = (row == language.mask)[:, None]
        return jnp.where(masked, jnp.log(states @ emission), revealed[row])

    compiled = jax.jit(jax.vmap(one))
    return lambda: compiled(rows).block_until_ready()


def _pomegranate(language: HiddenMarkov, tokens: Tensor, *, whole: bool) -> Posterior:
    from pomegranate.distributions import Categorical
    from pomegranate.hmm import DenseHMM

    model = DenseHMM(
        [Categorical(law.unsqueeze(0)) for law in language.emission],
        edges=language.transition,
        starts=language.initial,
        ends=torch.ones_like(language.initial),
    ).double()
    likelihoods = torch.as_tensor(_log_likelihoods(language))
    revealed = torch.as_tensor(_point_masses(language))
    emission = language.emission

    def call() -> Tensor:
        emissions = likelihoods[tokens]
        if whole:
            states = model.forward_backward(emissions=emissions)[1]
        else:
            states = model.forward(emissions=emissions) + model.backward(emissions=emissions)
        laws = torch.log(states.softmax(-1) @ emission)
        masked = (tokens == language.mask).unsqueeze(-1)
        return torch.where(masked, laws, revealed[tokens])

    return torch.no_grad()(call)


def pomegranate(language: HiddenMarkov, tokens: Tensor) -> Posterior:
    """DenseHMM.forward_backward, what predict_proba calls, given emission log-probabilities."""
    return _pomegranate(language, tokens, whole=True)


def pomegranate_parts(language: HiddenMarkov, tokens: Tensor) -> Posterior:
    """DenseHMM.forward plus DenseHMM.backward alone, without expected transitions."""
    return _pomegranate(language, tokens, whole=False)


def numpy_loop(language: HiddenMarkov, tokens: Tensor) -> Posterior:
    """The textbook forward-backward, one row after the other."""
    initial, transition, emission = (
        table.numpy() for table in (language.initial, language.transition, language.emission)
    )
    likelihoods = np.exp(_log_likelihoods(language))
    revealed = _point_masses(language)
    rows = tokens.numpy()

    def one(row: np.ndarray) -> np.ndarray:
        seen = likelihoods[row]
        ahead, behind = np.empty_like(seen), np.empty_like(seen)
        message = initial
        for position in range(len(row)):
            ahead[position] = message
            message = (message * seen[position]) @ transition
            message /= message.sum()
        message = np.ones_like(initial)
        for position in range(len(row) - 1, -1, -1):
            behind[position] = message
            message = transition @ (message * seen[position])
            message /= message.sum()
        laws = (ahead * behind) @ emission
        laws /= laws.sum(-1, keepdims=True)
        return np.where((row == language.mask)[:, None], np.log(laws), revealed[row])

    return lambda: np.stack([one(row) for row in rows])


PEERS = (
    ("dynamax", dynamax, "hmm_smoother under vmap and jit"),
    ("pomegranate", pomegranate, "DenseHMM.forward_backward on emission log-probabilities"),
    ("pomegranate, parts", pomegranate_parts, "DenseHMM.forward + backward alone"),
    ("numpy", numpy_loop, "a loop over rows"),
)


def _agreement(device: str) -> Row:
    """Ours against the listed joint law of all paths and words, in every context of small size."""
    _, length, states, symbols = SMALL
    language = HiddenMarkov.random(states, symbols, 2, 1.0, seed=0, symbols=2)
    tables = [table.numpy() for table in (language.initial, language.transition, language.emission)]
    initial, transition, emission = tables
    joint = np.zeros((symbols,) * length)
    for path in itertools.product(range(states), repeat=length):
        weight = initial[path[0]]
        for one, other in itertools.pairwise(path):
            weight = weight * transition[one, other]
        for state in path:
            weight = np.multiply.outer(weight, emission[state])
        joint += weight
    worst = 0.0
    for context in itertools.product(range(symbols + 1), repeat=length):
        fits = [slice(None) if token == symbols else slice(token, token + 1) for token in context]
        table = joint[tuple(fits)]
        if table.sum() == 0:
            continue
        row = torch.tensor([context], device=exact_device(device))
        law = language.to(exact_device(device)).posterior(row)[0].exp().cpu().numpy()
        for position, token in enumerate(context):
            if token == symbols:
                axes = tuple(axis for axis in range(length) if axis != position)
                wanted = table.sum(axes) / table.sum()
                worst = max(worst, float(np.abs(law[position] - wanted).max()))
    return Row(
        name=f"largest difference from enumeration, (L, S, V) = {length, states, symbols}",
        ours=worst,
        unit="probability",
    )


@dataclass(frozen=True)
class Options:
    """Posteriors beside peers."""

    device: str = "cpu"
    """Where ours runs: cpu, cuda, cuda:N; peers stay on the CPU."""


if __name__ == "__main__":
    show(run(tyro.cli(Options).device), "posterior of masked sequences, seconds of one call")
