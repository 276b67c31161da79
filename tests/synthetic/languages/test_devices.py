"""Devices and types: nothing is made on a default device, and the protocols hold."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest
import torch

from synthetic.categorical import categorical
from synthetic.denoisers import Denoiser, Oracle, Perturbed
from synthetic.languages import (
    Addition,
    AutomatonLanguage,
    Balanced,
    CopyPairs,
    Derivation,
    Dyck,
    Finite,
    HiddenMarkov,
    Language,
    NGram,
    Palindromes,
    Permutations,
    RunningSum,
    WeightedAutomaton,
    catalogue,
)

FAMILIES: tuple[Language, ...] = (  # mypy checks each against the protocol
    NGram.random(2, 3, 2, 1.0, 0),
    HiddenMarkov.random(2, 3, 2, 1.0, 0),
    CopyPairs(2),
    Dyck(1, 1),
    RunningSum(2),
    Addition(2),
    Derivation(3),
    AutomatonLanguage(CopyPairs(2).automaton),
)
TINY = 1e-300
BUILD: dict[str, Callable[[str], Language]] = {
    "ngram": lambda device: NGram.random(3, 4, 2, 1.0, 0, device=device),
    "large ngram": lambda device: NGram.random(4, 5, 2, 1.0, 0, device=device),
    "ngram of lists": lambda device: NGram([0.5, 0.5], [[1, 0], [TINY, 1]], device=device),
    "hidden": lambda device: HiddenMarkov.random(4, 3, 2, 1.0, 0, symbols=2, device=device),
    "pairs": lambda device: CopyPairs(3, device=device),
    "brackets": lambda device: Dyck(2, 2, device=device),
    "sums": lambda device: RunningSum(3, device=device),
    "addition": lambda device: Addition(3, device=device),
    "derivation": lambda device: Derivation(4, device=device),
    "palindromes": lambda device: Palindromes(3, device=device),
    "balanced": lambda device: Balanced(2, device=device),
    "permutations": lambda device: Permutations(6, device=device),
    "list": lambda device: Finite([[0, 1, 1, 0, 2, 2], [2, 1, 0, 0, 1, 1]], device=device),
    "catalogue": lambda device: catalogue.load("hmm16-v8", device),
}


def as_denoisers(language: Language) -> list[Denoiser]:
    oracle = Oracle(language)
    return [oracle, *(Perturbed(oracle, 0.3, kind) for kind in ("uniform", "mode", "random"))]


def everything(language: Language, device: str) -> list[torch.Tensor]:
    """All results of a language and its denoisers on tokens of even length, moved to the CPU."""
    generator = torch.Generator("cpu").manual_seed(0)
    words = language.sample(5, 6, generator)
    hide = torch.rand(words.shape, generator=generator, device="cpu").to(device) < 0.5
    tokens = words.masked_fill(hide, language.mask)
    impossible = torch.arange(6, device=device).remainder(language.vocab_size).expand(2, 6)
    tokens = torch.cat([tokens, impossible])
    assert words.device == language.device
    estimate = language.estimate_entropy(6, 20, generator)
    results = [
        words,
        language.log_prob(words),
        language.log_evidence(tokens),
        language.contains(words),
        language.posterior(tokens),
        torch.tensor([estimate.value, estimate.low], dtype=torch.float64, device="cpu"),
        *(denoiser(tokens) for denoiser in as_denoisers(language)),
    ]
    if not isinstance(language, HiddenMarkov):
        exact = language.entropy(6)
        results.append(torch.tensor([exact.value], dtype=torch.float64, device="cpu"))
    uniforms = torch.rand((7, 6), generator=generator, dtype=torch.float64, device="cpu")
    results.append(categorical(language.posterior(tokens), uniforms.to(device)))
    return [result.cpu() for result in results]


@pytest.fixture
def default_is_meta() -> Iterator[None]:
    before = torch.get_default_device()
    torch.set_default_device("meta")
    yield
    torch.set_default_device(before)


@pytest.mark.parametrize("name", BUILD)
def test_nothing_is_made_on_the_default_device(
    name: str, default_is_meta: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = everything(BUILD[name]("cpu"), "cpu")
    torch.set_default_device("cpu")
    expected = everything(BUILD[name]("cpu"), "cpu")
    for result, wanted in zip(results, expected):
        assert torch.equal(result, wanted)


def test_the_default_device_is_noticed(default_is_meta: None) -> None:
    """A broken twin: what is made without a device ends up on meta, where nothing has a value."""
    row, square = torch.ones(1, dtype=torch.float64), torch.ones((1, 1), dtype=torch.float64)
    with pytest.raises((RuntimeError, ValueError), match="meta"):
        WeightedAutomaton(row, square, square, row)
    with pytest.raises((RuntimeError, ValueError), match="meta"):
        CopyPairs(2, device="meta")


@pytest.mark.parametrize("name", BUILD)
@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_moved_languages_agree(name: str, device: str) -> None:
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    here = BUILD[name]("cpu")
    there = here.to(device)
    assert type(there) is type(here)
    assert there.device.type == device
    for value in vars(there).values():
        if isinstance(value, torch.Tensor):
            assert value.device == there.device
    assert here.device.type == "cpu"
    for one, other in zip(everything(here, "cpu"), everything(there, device)):
        torch.testing.assert_close(one, other, rtol=1e-11, atol=1e-11, equal_nan=False)


@pytest.mark.parametrize("language", FAMILIES)
def test_protocol(language: Language) -> None:
    assert language.mask == language.vocab_size
    assert language.device == torch.device("cpu")
    assert all(isinstance(denoiser, Denoiser) for denoiser in as_denoisers(language))


def test_dataclasses_are_frozen() -> None:
    oracle = Oracle(CopyPairs(2))
    for instance, name in (
        (oracle, "language"),
        (Perturbed(oracle, [0.1, 0.2]), "epsilon"),
        (CopyPairs(2).automaton, "initial"),
        (catalogue.entry("ngram2-v8"), "build"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(instance, name, None)
    assert len({Perturbed(oracle, [0.1]), Perturbed(oracle, (0.1,)), Perturbed(oracle, 0.1)}) == 2
