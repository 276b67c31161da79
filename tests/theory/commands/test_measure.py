"""`steplab measure`: what it loads, the calls that it counts, and the ends that it prints."""

from pathlib import Path
from unittest.mock import patch

import pytest

import steplab
from synthetic import training
from synthetic.languages import catalogue

SMALL = ["--length=8", "--count=20", "--json"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of a model that denoises masks and of one that goes left to right."""
    folder = tmp_path_factory.mktemp("trained")
    size = ["--length=8", "--width=16", "--depth=1", "--heads=2", "--steps=2"]
    for model in ("masked-diffusion", "autoregressive", "noisy-diffusion"):
        given = ["train", "ngram2-v8", f"--output={folder / model}", f"--model={model}", *size]
        with pytest.raises(SystemExit, match="0"):
            steplab.main(given)
    return folder


def loads(arguments: list[str]) -> tuple[int, int]:
    """How often a command loads the language and a model."""
    with (
        patch.object(catalogue, "load", wraps=catalogue.load) as languages,
        patch.object(training, "load_model", wraps=training.load_model) as models,
        patch.object(training, "load_noisy_network", wraps=training.load_noisy_network) as noisy,
        pytest.raises(SystemExit, match="0"),
    ):
        steplab.main(arguments)
    return languages.call_count, models.call_count + noisy.call_count


@pytest.mark.parametrize("command", ["measure", "sample"])
def test_language_and_model_are_loaded_once(command: str, trained: Path) -> None:
    given = [command, "ngram2-v8", *SMALL[:2]]
    assert loads(given) == (1, 0)
    for model in ("masked-diffusion", "autoregressive"):
        assert loads([*given, f"--checkpoint={trained / model}"]) == (1, 1)
    noisy = ["--noise=uniform", "--steps=3"]
    assert loads([*given, *noisy]) == (1, 0)
    assert loads([*given, *noisy, f"--checkpoint={trained / 'noisy-diffusion'}"]) == (1, 1)
