"""Long work in processes of their own, which survive the page that started them."""

from engine.jobs.bring import INTERRUPTED, bringing, start_bringing
from engine.jobs.imports import dismiss_import, imported_from, importing, start_import
from engine.jobs.progress import JobState
from engine.jobs.train import (
    Training,
    TrainingProgress,
    forget_training,
    resume_training,
    start_training,
    stop_training,
    training_log,
    training_progress,
    trainings,
)

__all__ = [
    "INTERRUPTED",
    "JobState",
    "Training",
    "TrainingProgress",
    "bringing",
    "dismiss_import",
    "forget_training",
    "imported_from",
    "importing",
    "resume_training",
    "start_bringing",
    "start_import",
    "start_training",
    "stop_training",
    "training_log",
    "training_progress",
    "trainings",
]
