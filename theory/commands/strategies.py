"""`steplab strategies`: the registry of strategies."""

from dataclasses import dataclass

from theory.commands.terminal import say_if_long, wide_console


@dataclass(frozen=True)
class Strategies:
    """List the strategies: how many steps each takes and what it is expected to call."""

    length: int = 32
    """Length L of the sequences."""
    steps: int = 8
    """Denoising steps N, for strategies that take them."""

    def __call__(self) -> int:
        from rich.table import Table

        from synthetic.arguments import check_length, check_steps
        from synthetic.sampling.named import STRATEGIES
        from synthetic.sampling.path import has_path_probability
        from synthetic.sampling.strategies.strategy import CountedCalls

        say_if_long(max(check_length(self.length), check_steps(self.steps)))
        table = Table(
            caption=f"L = {self.length}, N = {self.steps}; calls of the "
            "denoiser a sequence: '-' where they depend on the tokens; most steps: more change "
            "nothing, '-' where they always do"
        )
        for column in ("strategy", "draw order", "paths of a word"):
            table.add_column(column)
        for column in ("most steps", "calls"):
            table.add_column(column, justify="right")
        for name, one in STRATEGIES.items():
            built = one.build(self.length, self.steps)
            paths = "several" if one.random_order else "one"
            calls = "-"
            if isinstance(built, CountedCalls):
                calls = f"{built.expected_evaluations(self.length):.4g}"
            table.add_row(
                name,
                built.draw_order.replace("_", " "),
                paths if has_path_probability(built) else "-",
                "-" if one.most_steps is None else str(one.most_steps(self.length)),
                calls,
            )
        wide_console().print(table)
        return 0
