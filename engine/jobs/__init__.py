"""Long work in processes of their own, which survive the page that started them."""

from engine.jobs.bring import INTERRUPTED, bringing, start_bringing
from engine.jobs.progress import JobState

__all__ = ["INTERRUPTED", "JobState", "bringing", "start_bringing"]
