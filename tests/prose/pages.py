"""The pages whose numbers are held."""

from tests.prose import readme_page
from tests.prose.page import Page

PAGES: tuple[Page, ...] = (readme_page.page,)
