"""A live bar for training at a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from synthetic.arguments import checked
from synthetic.training.loop import TrainingProgress

SMOOTHING = 0.98  # share of the past in the shown loss: single batches are noisy


@checked
@contextmanager
def progress_bar(
    entropy_per_token: float | None = None, console: Console | None = None
) -> Iterator[Callable[[TrainingProgress], None]]:
    """A callback for `train` that shows loss, its excess over the entropy, rate and time left.

    Loss, excess and `entropy_per_token` are in nats per token; without the entropy no excess is
    shown. The loss is averaged over about the last 50 updates.
    """
    columns = (
        BarColumn(),
        TextColumn("{task.fields[text]}"),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=console) as bar:
        task = bar.add_task("training", total=None, text="", start=True)
        weight = total = 0.0

        def show(progress: TrainingProgress) -> None:
            nonlocal weight, total
            weight = SMOOTHING * weight + 1
            total = SMOOTHING * total + progress.loss
            text = f"step {progress.step}/{progress.steps}, loss {total / weight:.4f}"
            if entropy_per_token is not None:
                text += f", excess {total / weight - entropy_per_token:+.4f} nats per token"
            text += f", {progress.tokens_per_second:,.0f} tokens/s"
            bar.update(task, total=progress.steps, completed=progress.step, text=text)

        yield show
