"""The command line of steplab: the one file that imports synthetic, theory and proofs_check."""

import contextlib
import io
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

if TYPE_CHECKING:
    from rich.console import Console

    from synthetic.denoisers import AutoregressiveModel, Denoiser
    from synthetic.sampling import Generation, Strategy
    from synthetic.training import Objective
    from synthetic.training.config import Schedule

RESULTS = Path("results")
LanguageName = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="LANGUAGE")]
Reveal = Literal["bernoulli", "fixed-count", "first-hitting", "left-to-right"]


@dataclass(frozen=True)
class Run:
    """Run a profile: units of work, merged rows, figures, report and summary."""

    profile: str = "quick"
    """Sizes and budgets: quick, standard or paper."""
    device: str = "cpu"
    """Where networks and exact code run: cpu, cuda, cuda:N or mps."""
    executor: Literal["local", "dask"] = "local"
    """Local processes, or a Dask cluster."""
    scheduler: str | None = None
    """Address of the Dask scheduler, tcp://host:port; needed with --executor dask."""
    workers: int | None = None
    """Local worker processes; by default one for each core."""
    results: Path = RESULTS
    """Folder of the results; each profile has a folder in it."""
    laws: bool = False
    """Only the exact laws, which need neither training nor sampling."""

    def __call__(self) -> int:
        """Exit status 0 where every unit has its result."""

        from synthetic.device import check_device
        from synthetic.experiments import (
            Store,
            Unit,
            Workers,
            dask_executor,
            local_executor,
            merge,
            run_units,
        )
        from theory.profiles import profile
        from theory.publish import Results
        from theory.summary import summary_table

        check_device(self.device)
        chosen = profile(self.profile)
        if self.executor == "dask":
            if self.scheduler is None:
                raise ValueError("--executor dask needs --scheduler tcp://host:port, got none")
            workers: Workers = dask_executor(self.scheduler)
        else:
            workers = local_executor(self.workers)
        store = Store(self.results / chosen.name)
        results = Results(store.folder)
        units = chosen.units()
        waiting = {unit.hash for unit in chosen.oracle_units(chosen.trained[0])}

        def draw_first(unit: Unit) -> None:
            waiting.discard(unit.hash)
            if not waiting and not results.figures.exists():
                merge(units, store)
                results.draw_first()

        wanted = chosen.laws.units() if self.laws else units
        summary = run_units(wanted, store, workers, device=self.device, on_done=draw_first)
        merge(units, store)
        results.publish(f"{chosen.name} profile")
        console = wide_console()
        console.print(summary_table(results.read(), f"{chosen.name} profile"))
        console.print(f"report: {results.report}\nfigures: {results.figures}", highlight=False)
        print(summary, file=sys.stderr)
        return 0 if summary.ok else 1


@dataclass(frozen=True)
class Train:
    """Train a masked diffusion or an autoregressive model on a language and save it."""

    language: LanguageName
    """Name of a language of the catalogue."""
    output: Path
    """Folder of the checkpoints and the finished model; a run that was stopped goes on there."""
    model: Literal["masked-diffusion", "autoregressive"] = "masked-diffusion"
    """What is trained."""
    objective: Literal["any-order", "inverse-time", "unweighted"] = "any-order"
    """Loss of a masked diffusion model; any-order is the exact one."""
    length: int = 32
    """Length L of the sequences."""
    width: int = 64
    """Width of the residual stream."""
    depth: int = 4
    """Number of blocks."""
    heads: int = 4
    """Attention heads a block."""
    rotary: bool = False
    """Rotary positions besides the learned absolute ones."""
    steps: int = 2000
    """Updates."""
    batch_size: int = 256
    """Sequences an update."""
    learning_rate: float = 3e-3
    """Peak learning rate of AdamW."""
    warmup_steps: int = 100
    """Updates of linear warm-up."""
    schedule: Literal["cosine", "warmup-stable-decay"] = "cosine"
    """Learning rate after the warm-up."""
    weight_decay: float = 0.0
    """Decoupled weight decay."""
    gradient_clip: float = 1.0
    """Largest norm of a gradient."""
    average_decay: float | None = None
    """Decay of the exponential moving average of the weights; none by default."""
    autocast: bool = False
    """Products in bfloat16."""
    compile: bool = False
    """Run the model through torch.compile."""
    unique_sequences: int | None = None
    """Size of a fixed training set; by default every update sees new sequences."""
    seed: int = 0
    """Seed of weights, data and masks."""
    device: str = "cpu"
    """Where the network is trained: cpu, cuda, cuda:N or mps."""

    def __call__(self) -> int:
        """Exit status 0."""
        from synthetic.device import check_device, exact_device
        from synthetic.languages import catalogue
        from synthetic.models import TransformerConfig
        from synthetic.training import (
            AnyOrder,
            Cosine,
            InverseTime,
            NextToken,
            TrainingConfig,
            Unweighted,
            WarmupStableDecay,
            evaluate,
            progress_bar,
            save_model,
            train,
        )

        language = catalogue.load(self.language, exact_device(self.device))
        try:
            entropy = language.entropy(self.length).value / self.length
        except ValueError:
            entropy = None
        causal = self.model == "autoregressive"
        objectives: dict[str, Objective] = {
            "any-order": AnyOrder(),
            "inverse-time": InverseTime(),
            "unweighted": Unweighted(),
        }
        schedules: dict[str, Schedule] = {
            "cosine": Cosine(),
            "warmup-stable-decay": WarmupStableDecay(),
        }
        with progress_bar(entropy) as show:
            trained = train(
                language,
                length=self.length,
                model=TransformerConfig(
                    vocab_size=language.vocab_size,
                    max_length=self.length,
                    width=self.width,
                    depth=self.depth,
                    heads=self.heads,
                    causal=causal,
                    rotary=self.rotary,
                ),
                objective=NextToken() if causal else objectives[self.objective],
                config=TrainingConfig(
                    steps=self.steps,
                    batch_size=self.batch_size,
                    learning_rate=self.learning_rate,
                    warmup_steps=self.warmup_steps,
                    schedule=schedules[self.schedule],
                    weight_decay=self.weight_decay,
                    gradient_clip=self.gradient_clip,
                    average_decay=self.average_decay,
                    autocast=self.autocast,
                    compile=self.compile,
                    unique_sequences=self.unique_sequences,
                    seed=self.seed,
                ),
                device=check_device(self.device),
                directory=self.output / "checkpoint",
                progress=show,
            )
        path = self.output / "model.safetensors"
        save_model(trained.model, path)
        held_out = evaluate(trained.model, language, length=self.length)
        excess = held_out.excess
        print(
            f"model: {path}\nheld-out loss {held_out.loss.value:.4f} nats per token, excess over "
            f"the language {excess.value:.4f} [{excess.low:.4f}, {excess.high:.4f}], "
            f"{excess.samples} samples"
        )
        return 0


@dataclass(frozen=True)
class Report:
    """Draw all figures of a profile and its report again, from the rows on disk."""

    profile: str = "quick"
    """Sizes and budgets: quick, standard or paper."""
    results: Path = RESULTS
    """Folder of the results; each profile has a folder in it."""

    def __call__(self) -> int:
        """Exit status 0."""
        from theory.profiles import profile
        from theory.publish import Results

        results = Results(self.results / profile(self.profile).name)
        results.publish(f"{self.profile} profile", again=True)
        print(f"report: {results.report}\nfigures: {results.figures}")
        return 0


@dataclass(frozen=True)
class Languages:
    """List the catalogue: every named language with its size and its entropy per token."""

    length: int = 32
    """Length L of the sequences that the entropy is of."""

    def __call__(self) -> int:
        """Exit status 0."""
        import torch
        from rich.table import Table

        from synthetic.languages import catalogue

        table = Table(caption=f"entropy of the law at length {self.length}, nats per token")
        for column in ("name", "family", "V", "states", "entropy"):
            table.add_column(column, justify="left" if column in ("name", "family") else "right")
        for name in catalogue.names():
            language = catalogue.load(name)
            if self.length not in language.lengths(self.length):
                entropy = "no words"
            else:
                try:
                    entropy = f"{language.entropy(self.length).value / self.length:.4f}"
                except ValueError:
                    generator = torch.Generator(device="cpu").manual_seed(0)
                    estimate = language.estimate_entropy(self.length, 2000, generator)
                    low, high = estimate.low / self.length, estimate.high / self.length
                    entropy = f"{low:.3f} to {high:.3f}"
            family = type(language).__name__
            states = str(language.automaton.states)
            table.add_row(name, family, str(language.vocab_size), states, entropy)
        wide_console().print(table)
        return 0


@dataclass(frozen=True)
class Sampling:
    """What sequences are drawn from, and how."""

    language: LanguageName
    """Name of a language of the catalogue."""
    checkpoint: Path | None = None
    """A trained model; without it the exact denoiser of the language."""
    reveal: Reveal = "bernoulli"
    """Which positions a step reveals; an autoregressive checkpoint goes left to right anyway."""
    steps: int = 32
    """Denoising steps N of the uniform schedule (bernoulli and fixed-count)."""
    length: int = 32
    """Length L of the sequences."""
    count: int = 1000
    """Number of sequences."""
    seed: int = 0
    """Seed of all draws."""
    device: str = "cpu"
    """Where networks and exact code run: cpu, cuda, cuda:N or mps."""

    def source(self) -> "Denoiser | AutoregressiveModel":
        """The exact denoiser, or the model of the checkpoint."""
        from synthetic.denoisers import AutoregressiveModel, Network, Oracle
        from synthetic.device import check_device, exact_device
        from synthetic.languages import catalogue
        from synthetic.training import load_model

        language = catalogue.load(self.language, exact_device(self.device))
        if self.checkpoint is None:
            return Oracle(language)
        model = load_model(self.checkpoint, check_device(self.device))
        if model.config.vocab_size != language.vocab_size:
            raise ValueError(
                f"{self.language} has {language.vocab_size} symbols, the model of "
                f"{self.checkpoint} has {model.config.vocab_size}: give the language it was "
                "trained on"
            )
        return AutoregressiveModel(model) if model.config.causal else Network(model)

    def strategy(self) -> "Strategy":
        """The strategy by its name."""
        from synthetic.sampling import (
            Bernoulli,
            FirstHitting,
            FixedCount,
            LeftToRight,
            equal_sizes,
            linear,
        )

        build: dict[str, Callable[[], Strategy]] = {
            "bernoulli": lambda: Bernoulli(linear(self.steps)),
            "fixed-count": lambda: FixedCount(equal_sizes(self.length, self.steps)),
            "first-hitting": FirstHitting,
            "left-to-right": LeftToRight,
        }
        return build[self.reveal]()

    def generation(self) -> "Generation":
        """The sequences."""
        import torch

        from synthetic.denoisers import AutoregressiveModel
        from synthetic.sampling import generate, generate_autoregressive

        source = self.source()
        generator = torch.Generator(device="cpu").manual_seed(self.seed)
        if isinstance(source, AutoregressiveModel):
            return generate_autoregressive(
                source, length=self.length, count=self.count, generator=generator
            )
        return generate(
            source, self.strategy(), length=self.length, count=self.count, generator=generator
        )


@dataclass(frozen=True)
class Sample(Sampling):
    """Print sequences of the exact denoiser or a trained model, one a line, tokens as numbers."""

    def __call__(self) -> int:
        """Exit status 0."""
        for row in self.generation().tokens.tolist():
            print(*row)
        return 0


@dataclass(frozen=True)
class Measure(Sampling):
    """Measure error rates and evaluations of the exact denoiser or a trained model."""

    def __call__(self) -> int:
        """Exit status 0."""
        import torch
        from rich.table import Table

        from synthetic.denoisers import AutoregressiveModel
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.metrics import (
            generative_token_error_rate,
            sequence_error_rate,
            token_error_rate_gap,
            valid_generative_token_error_rate,
        )
        from synthetic.quantities import Estimate, mean_estimate
        from synthetic.sampling.path import path_log_prob

        language = catalogue.load(self.language, exact_device(self.device))
        source = self.source()
        generation = self.generation()
        generator = torch.Generator(device="cpu").manual_seed(self.seed + 1)
        words = language.sample(self.count, self.length, generator)
        if isinstance(source, AutoregressiveModel):
            paths = source.log_prob(words).unsqueeze(0)
        else:
            paths = path_log_prob(source, self.strategy(), words, generator)
        gap = token_error_rate_gap(paths.to(language.device), language.log_prob(words), self.length)
        rows: list[tuple[str, Estimate | None]] = [
            ("sequence error rate", sequence_error_rate(generation.tokens, language)),
            ("TER gap, nats per token", gap),
            ("TER (perplexity)", generative_token_error_rate(generation.tokens, language)),
            ("TER (perplexity)", valid_generative_token_error_rate(generation.tokens, language)),
            ("evaluations", mean_estimate(generation.evaluations, "mean over samples")),
        ]
        table = Table(caption=f"{self.language}, L = {self.length}, 95% intervals")
        for column in ("quantity", "estimator", "value", "low", "high", "samples"):
            table.add_column(column)
        for name, estimate in rows:
            if estimate is not None:
                ends = (f"{end:.6g}" for end in (estimate.value, estimate.low, estimate.high))
                table.add_row(name, estimate.estimator, *ends, str(estimate.samples))
        wide_console().print(table)
        return 0


@dataclass(frozen=True)
class Proofs:
    """Check the proofs of the theorems: every step's certificate, and that its twin is refused."""

    theorem: str | None = None
    """Check this theorem alone, and print each step with its formula."""
    step: str | None = None
    """Name of one step of the theorem; needed with --twin."""
    twin: bool = False
    """Run the broken twin of the step: print the counterexample and exit with 1."""
    json: bool = False
    """Print a list of {id, status, steps} instead of the table."""

    def __call__(self) -> int:
        """Exit status 0 where every proof is decided and every twin refused."""
        from proofs_check.outcome import Refuted
        from proofs_check.proofs import PROOFS
        from proofs_check.run import as_records, check_proofs, find_proof, proofs_table

        if self.twin:
            if self.theorem is None or self.step is None:
                raise ValueError("--twin needs --theorem ID and --step NAME")
            step = find_proof(self.theorem).step(self.step)
            outcome = step.twin.check()
            print(f"{step.change}: {step.twin.formula()}\n{outcome}")
            return 1 if isinstance(outcome, Refuted) else 0
        chosen = list(PROOFS.values()) if self.theorem is None else [find_proof(self.theorem)]
        checked = check_proofs(chosen)
        if self.json:
            print(json.dumps(as_records(checked), indent=1))
        else:
            console = wide_console()
            if self.theorem is not None:
                for one in checked[0].steps:
                    console.print(
                        f"{one.step.name} ({one.step.certificate.kind}): {one.step.conclusion}\n"
                        f"    {one.step.certificate.formula()}\n    {one.outcome}",
                        markup=False,
                        highlight=False,
                    )
            console.print(proofs_table(checked))
        return 0 if all(one.decided for one in checked) else 1


def wide_console() -> "Console":
    """The terminal, or wide enough for every table where output goes to a file or a pipe."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=160)


COMMANDS: dict[str, Callable[..., Callable[[], int]]] = {
    "run": Run,
    "train": Train,
    "sample": Sample,
    "measure": Measure,
    "report": Report,
    "languages": Languages,
    "proofs": Proofs,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command; an error is one line on stderr and exit status 2."""
    command = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(command())
    except (ValueError, OSError) as error:
        sys.exit(_refuse(str(error)))
    except KeyboardInterrupt:
        sys.exit(130)


def _parse(arguments: Sequence[str]) -> Callable[[], int]:
    """The command of the arguments; what tyro says of wrong ones is put on one line."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return tyro.extras.subcommand_cli_from_dict(
                COMMANDS, args=list(arguments), prog="steplab", description=__doc__
            )
    except SystemExit as stop:
        if stop.code == 2:
            text = " ".join(re.sub(r"[\u2500-\u257f]+|-{4,}", " ", said.getvalue()).split())
            text = re.split(r" (?:Argument helptext:|For full helptext)", text)[0]
            sys.exit(_refuse(f"{text}; see steplab --help"))
        sys.stderr.write(said.getvalue())
        raise


def _refuse(message: str) -> int:
    """Prints one line and gives the exit status of wrong use."""
    print(f"steplab: {' '.join(message.split())}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
