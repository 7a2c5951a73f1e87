"""Names that strangers chose, as Streamlit shows them."""

import re

from engine.charts.theme import TITLES
from engine.runs import Run


def plain(text: str) -> str:
    """Markdown that shows `text` as it is: class names come from strangers' folders."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])", r"\\\1", text)


def run_title(run: Run) -> str:
    """The model's title, and what is special about a run that is not named after it."""
    if run.name == run.model:
        return TITLES[run.model]
    return f"{TITLES[run.model]} ({run.name})"
