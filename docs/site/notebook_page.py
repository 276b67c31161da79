"""Executed notebooks as HTML that needs no network: MathML, no script, no font from elsewhere."""

import sys
from pathlib import Path

import nbformat
from jinja2 import DictLoader
from nbconvert import HTMLExporter

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from docs.site.formulas import in_markdown

# nbconvert's page without the scripts that it would load for formulas, diagrams and sliders
TEMPLATE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
{%- block data_widget_view -%}<p>Sliders need a kernel: <code>make lab</code>.</p>{%- endblock -%}
"""


def page(notebook: nbformat.NotebookNode, title: str) -> str:
    """The HTML of a notebook."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = in_markdown(cell.source)
    exporter = HTMLExporter(
        template_file="offline", extra_loaders=[DictLoader({"offline": TEMPLATE})]
    )
    text, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    return text


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.with_suffix(".html").write_text(page(nbformat.read(path, as_version=4), path.stem))
