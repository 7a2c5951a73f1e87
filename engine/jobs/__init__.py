"""Long work in processes of their own, which survive the page that started them.

Read `process` first: which files a job has. `state` says from its events how it stands. Then the
jobs: `bring` (photos of the catalog), `imports` (a visitor's photos), `train` (begin and end
trainings) and `trainings` (how they stand, those of a terminal too); `removal` deletes a data set
where no job needs it. Nothing here reads what a process prints: those lines are for people.
"""

from engine.jobs.bring import INTERRUPTED, bringing, start_bringing
from engine.jobs.imports import dismiss_import, imported_from, importing, start_import
from engine.jobs.state import JobState
from engine.jobs.train import forget_training, resume_training, start_training, stop_training
from engine.jobs.trainings import LearntSoFar, Training, learnt_so_far, training_log, trainings

__all__ = [
    "INTERRUPTED",
    "JobState",
    "LearntSoFar",
    "Training",
    "bringing",
    "dismiss_import",
    "forget_training",
    "imported_from",
    "importing",
    "learnt_so_far",
    "resume_training",
    "start_bringing",
    "start_import",
    "start_training",
    "stop_training",
    "training_log",
    "trainings",
]
