"""The chapters of the report, in order: the one place where a chapter is added.

Each takes the comparison and returns a `Section`, or None where there is nothing to tell: no
second model, or nothing measured.
"""

from collections.abc import Callable

from engine.measures.comparison import Comparison
from engine.views.report.parts import Section
from engine.views.report.sections.answer import answer, baselines, evidence
from engine.views.report.sections.calibration import calibration
from engine.views.report.sections.cost import cost
from engine.views.report.sections.data_set import data_set
from engine.views.report.sections.differences import differences
from engine.views.report.sections.errors import class_differences, errors
from engine.views.report.sections.little_data import little_data
from engine.views.report.sections.method import method, reproduce
from engine.views.report.sections.robustness import robustness
from engine.views.report.sections.training import training

SECTIONS: tuple[Callable[[Comparison], Section | None], ...] = (
    answer,
    evidence,
    differences,
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
