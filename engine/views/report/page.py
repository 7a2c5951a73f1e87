"""The report as one HTML file: template, style, script, plotly.js and all numbers inside it."""

import base64
import functools
import re
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from engine.disk.output_file import check_output, whole_file
from engine.measures.comparison import Comparison
from engine.models.specs import SPECS
from engine.views.charts.script import figure_json, packed_plotly
from engine.views.report.parts import charts_of
from engine.views.report.sections import SECTIONS
from engine.views.sentences.overview import QUESTION
from engine.views.spreadsheet import csv_bytes

_FOLDER = Path(__file__).parent


def build_report(comparison: Comparison) -> str:
    """The whole comparison as one HTML document that needs nothing beside it.

    The same runs give the same text, character by character.

    Args:
        comparison: What is reported.
    """
    sections = [one for one in (section(comparison) for section in SECTIONS) if one is not None]
    charts = {chart.name: chart for section in sections for chart in charts_of(section.parts)}
    return (
        _environment()
        .get_template("template.html")
        .render(
            data_set=comparison.data_set,
            question=QUESTION,
            runs=comparison.runs,
            problems=_problems(comparison),
            sections=sections,
            figures={name: Markup(figure_json(chart.figure)) for name, chart in charts.items()},
            style=Markup((_FOLDER / "style.css").read_text(encoding="utf-8")),
            script=Markup((_FOLDER / "script.js").read_text(encoding="utf-8")),
            plotly=Markup(packed_plotly()),
        )
    )


def save_report(comparison: Comparison, path: Path) -> int:
    """Write the report into a file, whole or not at all; one that was there is replaced.

    Args:
        comparison: What is reported.
        path: The file.

    Returns:
        Its size in bytes.

    Raises:
        EngineError: If the path is a folder, or its folder is missing or cannot be written.
    """
    check_writable(path)
    content = build_report(comparison).encode()
    with whole_file(path) as file:
        file.write(content)
    return len(content)


def check_writable(path: Path) -> None:
    """Say at once, before seconds of work, where a report cannot be written.

    Raises:
        EngineError: If the path is a folder, or its folder is missing or cannot be written.
    """
    check_output(path, "report")


def _problems(comparison: Comparison) -> list[str]:
    trained = {run.model for run in comparison.all_runs}
    missing = [
        f"There is no run of {model} yet, so there is nothing to compare with: train it with "
        f"python -m engine train {comparison.data_set.name} {model}"
        for model in SPECS
        if len(comparison.all_runs) < 2 and model not in trained
    ]
    return [*missing, *comparison.problems]


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["bold"] = _bold
    environment.filters["csv_link"] = _csv_link
    return environment


def _bold(sentences: str) -> Markup:
    """Sentences as HTML: escaped, then `**bold**`."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(sentences))))


def _csv_link(table) -> str:
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(csv_bytes(table)).decode()
