"""`steplab languages`: the catalogue."""

from dataclasses import dataclass

from theory.commands.terminal import wide_console


@dataclass(frozen=True)
class Languages:
    """List the catalogue: every named language with its size and its entropy per token."""

    length: int = 32
    """Length L of the sequences that the entropy is of."""

    def __call__(self) -> int:
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
            states = str(language.automaton.states) if hasattr(language, "automaton") else ""
            table.add_row(name, family, str(language.vocab_size), states, entropy)
        wide_console().print(table)
        return 0
