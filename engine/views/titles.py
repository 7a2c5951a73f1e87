"""What runs are called where people read of them."""

from engine.models.specs import BASELINE_TITLES, MODEL_TITLES
from engine.runs import Run


def run_title(run: Run) -> str:
    """The title of the model or baseline, and what is special about a run not named after it."""
    title = {**MODEL_TITLES, **BASELINE_TITLES}[run.model]
    return title if run.name == run.model else f"{title} ({run.name})"
