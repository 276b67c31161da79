"""How many deaths of workers a run bears, of one unit and before any unit is taken."""

from collections import Counter

from synthetic.experiments.unit import Unit

_ALLOWED_OF_A_UNIT = 1
_ALLOWED_AT_BIRTH = 2  # one after another, without a result between them


class Deaths:
    """The deaths of workers in one run."""

    def __init__(self) -> None:
        self._of_units: Counter[str] = Counter()
        self._at_birth = 0

    def is_suspect(self, unit: Unit) -> bool:
        """Whether a worker died while the unit ran: run alone, a second death tells if it kills."""
        return self._of_units[unit.hash] > 0

    def count(self, unit: Unit) -> bool:
        """A worker died while the unit ran; whether the unit may run again."""
        self._of_units[unit.hash] += 1
        return self._of_units[unit.hash] <= _ALLOWED_OF_A_UNIT

    def count_at_birth(self) -> None:
        """A worker died before it took a unit, so that no unit is to blame; ChildProcessError where
        that goes on."""
        self._at_birth += 1
        if self._at_birth > _ALLOWED_AT_BIRTH:
            raise ChildProcessError(
                f"worker processes ended as they started, {self._at_birth} times: a script that "
                "starts a run needs `if __name__ == '__main__':` around what starts it (else "
                "memory is short, or they are killed from outside); results are kept"
            )

    def count_result(self) -> None:
        """A worker gave a result: workers start well."""
        self._at_birth = 0
