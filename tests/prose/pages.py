"""The pages whose numbers are held, and those whose numbers come from elsewhere."""

from tests.prose import (
    collision_law_page,
    formal_languages_page,
    gpu_page,
    limited_data_page,
    readme_page,
    results_page,
    revisable_tokens_page,
)
from tests.prose.page import Page

PAGES: tuple[Page, ...] = (
    readme_page.page,
    results_page.page,
    limited_data_page.page,
    revisable_tokens_page.page,
    formal_languages_page.page,
    collision_law_page.page,
    gpu_page.page,
)
ELSEWHERE = {
    "docs/architecture.md": "no number of a language",
    "docs/coverage.md": "written by make coverage",
    "docs/glossary.md": "words",
    "docs/recalled_statements.md": "found by steplab search",
    "docs/scaling.md": "seconds by python -m benchmarks.scaling",
    "docs/theorems.md": "written from results/proofs.json",
}
