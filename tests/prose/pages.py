"""The pages whose numbers are held."""

from tests.prose import (
    formal_languages_page,
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
)
