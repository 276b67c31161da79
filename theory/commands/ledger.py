"""`steplab ledger`: every claim with its verdict."""

from dataclasses import dataclass
from pathlib import Path

from theory.commands.options import RESULTS, elsewhere
from theory.commands.printed_json import print_json
from theory.commands.terminal import wide_console


@dataclass(frozen=True)
class Ledger:
    """Show every claim with its prediction, its measurement and its verdict."""

    claim: str | None = None
    """Show this claim alone, with every test."""
    json: bool = False
    """Print one list of {id, statement, source, verdict, counted, counts, chance, version, parts,
    sentence, command, tests}."""
    results: Path = RESULTS
    """Folder of the results; each profile has a folder in it."""

    def __call__(self) -> int:
        from theory.claims import CLAIMS
        from theory.claims.chance import EACH_BY_ITSELF
        from theory.claims.ledger import (
            as_records,
            claim_text,
            find_claim,
            ledger,
            read_profiles,
            tests_table,
        )
        from theory.claims.ledger_table import ledger_table, ledger_title
        from theory.claims.shared_tables import shared_tables, shared_text
        from theory.claims.statistics_table import statistics_table
        from theory.studies.profiles import PROFILES

        if self.results != RESULTS and not self.results.is_dir():
            raise ValueError(f"--results names a folder, and {self.results} is none")
        chosen = list(CLAIMS.values()) if self.claim is None else [find_claim(self.claim)]
        entries = ledger(read_profiles(self.results, committed=True), chosen)
        if self.json:
            print_json(as_records(entries))
            return 0
        console = wide_console()
        if self.claim is None:
            lines = [one.line for one in entries]
            console.print(ledger_table(lines, ledger_title(lines), in_full=True))
            shared = shared_text(shared_tables(CLAIMS.values(), PROFILES["standard"]))
            for explained in (EACH_BY_ITSELF, shared):
                console.print(explained, highlight=False, markup=False)
        else:
            text = claim_text(entries[0], elsewhere(self.results))
            console.print(text, highlight=False, markup=False)
            console.print(statistics_table(entries[0].tests))
            console.print(tests_table(entries[0].tests))
        return 0
