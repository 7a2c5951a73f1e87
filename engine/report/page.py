"""The report as one HTML file: template, style, script, plotly.js and all numbers inside it."""

import base64
import functools
import os
import re
import tempfile
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from engine.charts.script import figure_json, packed_plotly
from engine.charts.theme import MODEL_COLOURS
from engine.errors import EngineError
from engine.report.comparison import Comparison
from engine.report.parts import charts_of
from engine.report.sections import SECTIONS
from engine.sentences.overview import QUESTION
from engine.spreadsheet import csv_bytes

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
            colours=MODEL_COLOURS,
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
    path = path.resolve()  # a link stays one
    content = build_report(comparison).encode()
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # `mkstemp` lets nobody else read; a report is there to be shared.
        Path(partial).chmod(0o666 & ~_umask())
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    return len(content)


def check_writable(path: Path) -> None:
    """Say at once, before seconds of work, where a report cannot be written.

    Raises:
        EngineError: If the path is a folder, or its folder is missing or cannot be written.
    """
    if path.is_dir():
        raise EngineError(f"The report must be a file, not a folder. Received: {str(path)!r}")
    if path.exists() and not path.is_file():  # a device would be replaced by a file
        raise EngineError(f"The report must be an ordinary file. Received: {str(path)!r}")
    folder = path.parent
    if not folder.is_dir():
        raise EngineError(
            f"The folder of the report must be there: make {str(folder)!r} first. "
            f"Received: {str(path)!r}"
        )
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise EngineError(f"The report must be a file that can be written. Received: {str(path)!r}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _problems(comparison: Comparison) -> list[str]:
    missing = [
        f"There is no run of {model} yet, so there is nothing to compare with: train it with "
        f"python -m engine train {comparison.data_set.name} {model}"
        for model in MODEL_COLOURS
        if model not in comparison.runs
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
