"""Long work in processes of their own, which survive the page that started them."""

from engine.jobs.bring import INTERRUPTED, bringing, start_bringing
from engine.jobs.imports import dismiss_import, imported_from, importing, start_import
from engine.jobs.progress import JobState

__all__ = [
    "INTERRUPTED",
    "JobState",
    "bringing",
    "dismiss_import",
    "imported_from",
    "importing",
    "start_bringing",
    "start_import",
]
