"""One call of every public name that works: what the table of bad calls starts from.

An argument is found by its name in VALUES; SPECIAL overrides it for one name. A public name whose
arguments are all known here needs no line.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn

import synthetic
import theory
from synthetic import denoisers, languages, models, noise, sampling, training
from synthetic.experiments import Store, local_executor
from synthetic.experiments.kinds import Architecture, Budget, NoisyTrainedError, NoisyTraining
from synthetic.experiments.unit import Unit, closure
from theory import laws
from theory.bounds import THEOREMS, Theorem
from theory.claims.profile_units import profile_units
from theory.studies.profiles import QUICK, STANDARD
from theory.tables.committed import committed_rows

CHAIN = [[0.5, 0.5], [1.0, 0.0]]
WORDS = torch.tensor([[0, 1, 0], [0, 0, 1]])
LAW = torch.full((8,), 0.125, dtype=torch.float64)


@cache
def language() -> languages.NGram:  # nothing changes it
    return languages.NGram([0.5, 0.5], CHAIN)


def config(**changed: Any) -> models.TransformerConfig:
    given = {"vocab_size": 2, "max_length": 4, "width": 8, "depth": 1, "heads": 1, "causal": False}
    return models.TransformerConfig(**(given | changed))


def model(**changed: Any) -> models.Transformer:
    return models.Transformer(config(**changed), seed=0, device="cpu")


def oracle() -> denoisers.Oracle:
    return denoisers.Oracle(language())


def noisy() -> denoisers.NoisyOracle:
    return denoisers.NoisyOracle(language(), noise.Uniform(2))


def curve() -> laws.InformationCurve:
    return laws.information_curve(language(), 3)


def uniform_denoiser(tokens: torch.Tensor, *eta: Any) -> torch.Tensor:
    return torch.full((*tokens.shape, 2), 0.5, dtype=torch.float64).log()


def bert() -> nn.Module:
    """As much of the interface of a masked language model as a denoiser looks at."""

    class Bert(nn.Module):
        config = SimpleNamespace(vocab_size=4, pad_token_id=0)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            return SimpleNamespace(logits=torch.zeros(*input_ids.shape, 4))

    return Bert()


@cache
def policy() -> tuple[int, ...]:
    return laws.optimal_policy(language(), length=3).points[0].policy.table


def theorem() -> Theorem[Any]:
    return next(one for one in THEOREMS.values() if one.family is not None)


def saved(noisy: str | None = None) -> Path:
    """The file of a model."""
    path = Path(f"model-{noisy}.safetensors").resolve()
    if not path.exists():
        training.save_model(model(), path, noise=noisy)
    return path


@cache
def units() -> dict[type[Unit], Unit]:
    """A unit of every kind that a profile has."""
    training = NoisyTraining(
        language="copy-pairs-16",
        language_hash="0",
        length=4,
        noise="uniform",
        architecture=Architecture(width=8, depth=1, heads=1),
        budget=Budget(steps=1, batch_size=1, learning_rate=0.1),
    )
    trained = NoisyTrainedError(training=training, grid="linear", steps=1, samples=1)
    every = (*closure([trained]), *closure(profile_units(QUICK)), *closure(profile_units(STANDARD)))
    return {type(unit): unit for unit in every}


def member() -> training.Member:
    return training.Member(
        training.Arm(**{key: make() for key, make in SPECIAL["Arm"].items()}), 0, None
    )


def unit() -> Unit:
    return next(iter(units().values()))


VALUES: dict[str, Callable[[], Any]] = {
    "alphabet": lambda: "ab",
    "base": lambda: 2,
    "batch_size": lambda: 2,
    "block": lambda: 2,
    "config": config,
    "conditionals": lambda: uniform_denoiser(WORDS),
    "count": lambda: 2,
    "denoiser": oracle,
    "depth": lambda: 1,
    "device": lambda: "cpu",
    "distinct": lambda: -torch.ones(3, 2, dtype=torch.float64),
    "epsilon": lambda: 0.1,
    "eta": lambda: 0.5,
    "first": lambda: 0.25,
    "function": lambda: uniform_denoiser,
    "gamma": lambda: 0.1,
    "generator": lambda: torch.Generator().manual_seed(0),
    "grid": lambda: noise.linear_grid(2),
    "height": lambda: 2,
    "increase": lambda: torch.ones(4, dtype=torch.float64),
    "initial": lambda: [0.5, 0.5],
    "kinds": lambda: 2,
    "language": language,
    "languages": lambda: [language(), language()],
    "language_law": lambda: LAW,
    "language_log_prob": lambda: torch.tensor([-1.0, -2.0], dtype=torch.float64),
    "law": lambda: LAW,
    "learned": lambda: uniform_denoiser(WORDS),
    "length": lambda: 3,
    "level": lambda: 0.95,
    "levels": lambda: torch.full((2, 3), 0.5, dtype=torch.float64),
    "log_others": lambda: uniform_denoiser(WORDS),
    "log_posterior": lambda: uniform_denoiser(WORDS),
    "log_prob": lambda: torch.tensor([-1.0, -2.0], dtype=torch.float64),
    "log_probs": lambda: uniform_denoiser(WORDS),
    "model": model,
    "modulus": lambda: 2,
    "noise": lambda: noise.Uniform(2),
    "offset": lambda: None,
    "one": language,
    "oracle": oracle,
    "other": language,
    "path_log_prob": lambda: torch.tensor([-1.0, -2.0], dtype=torch.float64),
    "period": lambda: 2,
    "position": lambda: 1,
    "probabilities": lambda: [0.5, 0.5],
    "rounds": lambda: 2,
    "samples": lambda: 8,
    "schedule": lambda: sampling.linear(2),
    "seed": lambda: 0,
    "sequences": lambda: 8,
    "size": lambda: 3,
    "sizes": lambda: (1, 2),
    "steps": lambda: 2,
    "strategy": lambda: sampling.Bernoulli(sampling.linear(2)),
    "symbols": lambda: 2,
    "tokens": lambda: WORDS,
    "tolerance": lambda: 1e-3,
    "transition": lambda: CHAIN,
    "true": lambda: uniform_denoiser(WORDS),
    "uniforms": lambda: torch.full((2, 3), 0.5, dtype=torch.float64),
    "uniform_share": lambda: 0.5,
    "vocab_size": lambda: 2,
}

SPECIAL: dict[str, dict[str, Callable[[], Any]]] = {
    "Affine": {"matrix": lambda: [[1, 1, 0]], "offset": lambda: [1, 0, 1]},
    "Architecture": {"width": lambda: 8, "heads": lambda: 1},
    "AutomatonLanguage": {"automaton": lambda: language().automaton},
    "AutoregressiveModel": {"model": lambda: model(causal=True)},
    "Budget": {"learning_rate": lambda: 1e-3},
    "Derivation": {"modulus": lambda: 3},
    "Finite": {"sequences": lambda: [[0, 1], [1, 0]]},
    "GibbsCorrector": {"positions": lambda: 1},
    "Grammar": {"text": lambda: "S -> 'a' S 'b' [0.5] | 'a' 'b' [0.5]"},
    "HiddenMarkov": {
        "initial": lambda: [0.5, 0.5],
        "transition": lambda: CHAIN,
        "emission": lambda: CHAIN,
    },
    "HuggingFaceDenoiser": {"model": bert, "mask_token_id": lambda: 3, "symbols": lambda: [1, 2]},
    "LearningError": {"counts": lambda: (1, 2)},
    "LeastSteps": {"target": lambda: 0.5},
    "LevelsOfGrid": {"grid": lambda: (1.0, 0.5, 0.0)},
    "Mixture": {"shares": lambda: [0.5, 0.5]},
    "NoisyPerturbed": {"oracle": noisy},
    "Regular": {"pattern": lambda: "(ab|c)*"},
    "Relabelled": {"symbols": lambda: [1, 0]},
    "NGram": {"initial": lambda: [0.5, 0.5], "transition": lambda: CHAIN},
    "TrainingConfig": {"learning_rate": lambda: 1e-3},
    "WeightedAutomaton": {
        "initial": lambda: language().automaton.initial,
        "transition": lambda: language().automaton.transition,
        "emission": lambda: language().automaton.emission,
        "final": lambda: language().automaton.final,
    },
    "Arm": {"name": lambda: "masks", "objective": lambda: "any order"}
    | {"learning_rate": lambda: 1e-3},
    "Assignments": {"variables": lambda: 2},
    "Corpus": {"text": lambda: "abab", "order": lambda: 2},
    "LittleNoiseFirst": {
        "objective": lambda: training.DenoisingCrossEntropy(noise.Uniform(2)),
        "first": lambda: 0.5,
    },
    "ScaledLevels": {"levels": training.HalfLogUniform, "most": lambda: 0.5},
    "ExactTargets": {"objective": training.AnyOrder},
    "LogUniform": {"least": lambda: 0.1, "most": lambda: 1.0},
    "TrainingCorpus": {"unique_sequences": lambda: 2},
    "LatinSquares": {"order": lambda: 2},
    "NotAllEqual": {"latents": lambda: 3, "observations": lambda: 1},
    "Product": {"lengths": lambda: [1, None]},
    "Question": {"prompt": lambda: 1, "answer": lambda: 1},
    "Questions": {
        "log_true": lambda: -torch.ones(2, 2),
        "log_distractor": lambda: torch.zeros(2, 2),
    },
    "SideBySide": {"model": config, "members": lambda: [member()]},
    "Weighted": {"weights": lambda: [1.0, 2.0]},
    "added": {"default": lambda: 1},
    "ancestral": {"denoiser": noisy},
    "ancestral_law": {"denoiser": noisy},
    "answer_error_rate": {"language": lambda: languages.Addition(2)},
    "calibration": {"groups": lambda: 2},
    "closure": {"units": lambda: [unit()]},
    "content_digest": {"path": committed_rows},
    "cost": {"model": config},
    "cross_entropy": {"model": lambda: LAW},
    "dask_executor": {"scheduler": lambda: "tcp://127.0.0.1:9"},
    "evaluate_noisy": {
        "denoiser": noisy,
        "objective": lambda: training.DenoisingCrossEntropy(noise.Uniform(2)),
    },
    "evaluate_policy": {
        "policy": lambda: laws.optimal_policy(language(), length=3).points[0].policy
    },
    "generate_autoregressive": {
        "model": lambda: denoisers.AutoregressiveModel(model(causal=True)),
    },
    "kept_rows": {"path": committed_rows},
    "kl_divergence": {"model": lambda: LAW},
    "least_steps": {"error": lambda: lambda steps: 1 / steps, "target": lambda: 0.1}
    | {"most": lambda: 20},
    "load_model": {"path": lambda: saved()},
    "load_noisy_network": {"path": lambda: saved("uniform")},
    "local_executor": {"workers": lambda: 1},
    "mean_law": {"conditionals": lambda: torch.stack([uniform_denoiser(WORDS)] * 2)},
    "memorisation_excess": {"learned": lambda: -torch.ones(3, 2, dtype=torch.float64)},
    "merge": {"units": lambda: (), "store": lambda: Store(Path("store"))},
    "noisy_divergence": {"denoiser": noisy},
    "optimal_schedule": {"curve": curve},
    "optimal_sizes": {"curve": curve},
    "parse": {"name": lambda: "ngram2-v8"},
    "point_masses": {"where": lambda: WORDS == 0},
    "proportion_estimate": {"successes": lambda: 1, "estimator": lambda: "share"},
    "read_rows": {"path": committed_rows},
    "reverse_kl_divergence": {"model": lambda: LAW},
    "run_units": {"units": lambda: (), "store": lambda: Store(Path("store"))}
    | {"workers": lambda: local_executor(1)},
    "save_model": {"path": lambda: Path("model.safetensors")},
    "Store": {"folder": lambda: Path("store")},
    "TablePolicy": {"table": lambda: (7,) * 27},
    "structured_law": {"language": lambda: languages.Permutations(3)},
    "tightness": {"theorem": theorem, "family": lambda: theorem().family},
    "tightness_of": {"theorem": lambda: theorem().id},
    "token_error_rate_gap": {"path_log_prob": lambda: -torch.ones(1, 2, dtype=torch.float64)},
    "token_error_rate_importance_weighted_bound": {
        "path_log_prob": lambda: -torch.ones(1, 2, dtype=torch.float64)
    },
    "total_variation": {"model": lambda: LAW},
    "train": {
        "model": config,
        "objective": lambda: training.AnyOrder(),
        "config": lambda: training.TrainingConfig(steps=1, batch_size=2, learning_rate=1e-3),
    },
    "trained_noise": {"path": lambda: saved()},
    "trajectory_divergence": {"oracle": noisy},
    "TransformerConfig": {"max_length": lambda: 4, "width": lambda: 8, "heads": lambda: 1}
    | {"causal": lambda: False},
    "with_more_positions": {"max_length": lambda: 8},
}
"""Arguments of one public name alone."""

RECORDS = {
    *("Action", "Asked", "Blocked", "Calibration", "Claim", "CollisionCurve", "Context", "Cost"),
    *("EstimatedInformationCurve", "Failure", "Family", "Frontier", "FunctionDenoiser"),
    *("Generation", "HeldOut", "InformationCurve", "Input", "KeyValueCache", "Member"),
    *(
        "Point",
        "PolicyPoint",
        "Refit",
        "Result",
        "Standing",
        "Summary",
        "Test",
        "Theorem",
        "Tightness",
    ),
    *("TrainingProgress", "TrainingRun"),
}
"""What functions give back, or what a file of the project states: their fields are not checked."""


MODULES = ("catalogue",)
"""Modules that are public by their name."""


def public() -> Iterator[tuple[str, Any]]:
    """Every callable of an `__all__` of synthetic and theory, once, with its name."""
    seen: list[Any] = []
    for package in packages():
        for name in package.__all__:
            value = getattr(package, name)
            if isinstance(value, ModuleType):
                assert name in MODULES, f"{name} is hidden by a module of that name"
            if callable(value) and not any(value is one for one in seen):
                seen.append(value)
                yield name, value


@cache
def packages() -> tuple[ModuleType, ...]:
    """The packages that say what is public."""
    stating = []
    for root in (synthetic, theory):
        for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            if module.ispkg:
                package = importlib.import_module(module.name)
                if hasattr(package, "__all__"):
                    stating.append(package)
    return tuple(stating)


def constant(value: Any) -> Callable[[], Any]:
    return lambda: value


def good_call(name: str, value: Any) -> dict[str, Callable[[], Any]]:
    """Makers of arguments that the callable takes, by name."""
    if isinstance(value, type) and issubclass(value, Unit):
        one = units()[value]
        made = {field.name: constant(getattr(one, field.name)) for field in fields(one)}
        return made | SPECIAL.get(name, {})
    special = SPECIAL.get(f"{value.__module__.split('.')[1]}.{name}", SPECIAL.get(name, {}))
    makers = {}
    for parameter in inspect.signature(value).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        maker = special.get(parameter.name, VALUES.get(parameter.name))
        if parameter.name in special or parameter.default is parameter.empty:
            if maker is None:
                raise KeyError(f"{name} has an argument {parameter.name!r} without a good value")
            makers[parameter.name] = maker
        else:
            makers[parameter.name] = constant(parameter.default)
    return makers
