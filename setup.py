"""Puts the committed rows into the wheel, the one thing that pyproject.toml cannot say."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROWS = "results/standard/rows.parquet"
INSTALLED = "theory/committed/rows.parquet"


class BuildWithRows(build_py):
    """The modules, and beside them the rows that `theory.tables.committed` reads."""

    def run(self) -> None:
        """Copy the rows too, except for an editable install, which reads the source."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / INSTALLED
            target.parent.mkdir(parents=True, exist_ok=True)
            self.copy_file(ROWS, str(target))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """All files that were built."""
        built = super().get_outputs(include_bytecode)
        return built if self.editable_mode else [*built, str(Path(self.build_lib) / INSTALLED)]


setup(cmdclass={"build_py": BuildWithRows})
