"""`steplab search`: the searches for counterexamples to what is recalled or conjectured."""

from dataclasses import dataclass

from theory.commands.terminal import wide_console


@dataclass(frozen=True)
class Searches:
    """Search for counterexamples to statements that are recalled or conjectured, some 15 s;
    the same every time."""

    id: str | None = None
    """Run and print this search alone, with its family and its worst case."""

    def __call__(self) -> int:
        """Exit status 0, also where there are counterexamples: they are a result."""
        from rich.table import Table

        from proofs_check.search import find_search, searches

        if self.id is not None:
            one = find_search(self.id)
            lines = (one.statement, f"with {one.reading}", f"over {one.family}", one.verdict)
            print("\n".join(lines))
            return 0
        table = Table("search", "cases", "worst ratio", "counterexample", title="searches")
        for one in searches():
            answer = "yes" if one.violated else "no"
            table.add_row(one.id, f"{one.cases}", f"{one.worst:.4f}", answer)
        wide_console().print(table)
        return 0
