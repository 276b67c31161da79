"""Errors of chains with a prompt and an answer: of the whole chain and of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from synthetic.experiments.kinds.measurement import Setting, setting_of
from synthetic.experiments.kinds.training import Training, read_model
from synthetic.experiments.unit import Context, Input, Result, Row, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from synthetic.denoisers import Denoiser
    from synthetic.languages import Language


@dataclass(frozen=True, kw_only=True)
class OracleReasoning(Unit):
    """Error of the whole chain and of its answer, exact denoiser; prompt and chain generated
    together, or with `prompted` the prompt given, drawn from the language."""

    kind = "oracle reasoning"
    version = 1

    language: str
    language_hash: str
    length: int
    prompted: bool
    reveal: str
    steps: int
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """In proportion to the evaluations."""
        return 0.2 + 2e-5 * self.samples * min(self.steps, self.length)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Two rows."""
        from synthetic.denoisers import Oracle
        from synthetic.device import exact_device
        from synthetic.languages import catalogue

        language = catalogue.load(self.language, exact_device(context.device))
        setting = setting_of(self, "oracle", reveal=self.reveal, steps=self.steps)
        tokens = _generated(Oracle(language), language, setting, self.prompted, self.samples)
        return Result(_rows(setting, tokens, language, self.prompted))


@dataclass(frozen=True, kw_only=True)
class TrainedReasoning(Unit):
    """The same of a trained model; an autoregressive one goes from left to right, unprompted, and
    its steps are the length."""

    kind = "trained reasoning"
    version = 1

    training: Training
    prompted: bool
    reveal: str
    steps: int
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """In proportion to the evaluations."""
        length = self.training.length
        tokens = self.samples * min(self.steps, length) * length
        return 0.05 + 1e-5 * tokens * self.training.architecture.relative_size

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Two rows."""
        import torch

        from synthetic.denoisers import AutoregressiveModel, Network
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.sampling import generate_autoregressive

        training = self.training
        language = catalogue.load(training.language, exact_device(context.device))
        model = read_model(inputs[training], context.device)
        if not training.causal:
            setting = training.setting("masked-diffusion", self.reveal, self.steps, self.seed)
            tokens = _generated(Network(model), language, setting, self.prompted, self.samples)
            return Result(_rows(setting, tokens, language, self.prompted))
        if self.prompted:
            raise ValueError("an autoregressive model takes a prefix, got a prompt anywhere")
        setting = training.setting("autoregressive", "left to right", training.length, self.seed)
        generator = torch.Generator(device="cpu").manual_seed(self.seed)
        tokens = generate_autoregressive(
            AutoregressiveModel(model),
            length=training.length,
            count=self.samples,
            generator=generator,
        ).tokens
        return Result(_rows(setting, tokens, language, self.prompted))


def _generated(
    denoiser: "Denoiser",
    language: "Language",
    setting: Setting,
    prompted: bool,
    samples: int,
) -> "Tensor":
    """Sequences (samples, L), with prompts of the language where `prompted`."""
    import torch

    from synthetic.languages import Prompted
    from synthetic.sampling import generate
    from synthetic.sampling.named import build_strategy

    generator = torch.Generator(device="cpu").manual_seed(setting.seed)
    prompt, free = None, setting.length
    if prompted:
        given = cast(Prompted, language).prompt_positions(setting.length)
        words = language.sample(samples, setting.length, generator)
        prompt = words.masked_fill(~given.to(words.device), language.mask)
        free = int((~given).sum())
    return generate(
        denoiser,
        build_strategy(setting.reveal, free, setting.steps),
        length=setting.length,
        count=samples,
        generator=generator,
        prompt=None if prompt is None else prompt.to(denoiser.device),
    ).tokens


def _rows(setting: Setting, tokens: "Tensor", language: "Language", prompted: bool) -> list[Row]:
    from synthetic.languages import Prompted
    from synthetic.metrics import answer_error_rate, sequence_error_rate

    asked = cast(Prompted, language)

    return [
        dict(setting.row("sequence_error_rate", sequence_error_rate(tokens, language)))
        | {"prompted": prompted},
        dict(setting.row("answer_error_rate", answer_error_rate(tokens, asked)))
        | {"prompted": prompted},
    ]
