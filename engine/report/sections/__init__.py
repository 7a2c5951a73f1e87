"""The chapters of the report, in order: the one place where a chapter is added.

Each takes the comparison and returns a `Section`, or None where there is nothing to tell: no
second model, or nothing measured.
"""

from collections.abc import Callable

from engine.report.comparison import Comparison
from engine.report.parts import Section
from engine.report.sections.answer import answer, baselines, evidence
from engine.report.sections.calibration import calibration
from engine.report.sections.cost import cost
from engine.report.sections.data_set import data_set
from engine.report.sections.errors import class_differences, errors
from engine.report.sections.little_data import little_data
from engine.report.sections.method import method, reproduce
from engine.report.sections.robustness import robustness
from engine.report.sections.training import training

SECTIONS: tuple[Callable[[Comparison], Section | None], ...] = (
    answer,
    evidence,
    baselines,
    cost,
    data_set,
    training,
    little_data,
    errors,
    class_differences,
    calibration,
    robustness,
    method,
    reproduce,
)
