"""One self-contained HTML file that holds the whole comparison of a data set.

`sections` says what stands in it and in which order, `page` turns that into HTML. Everything comes
from the data set's index and the run folders; no photo, no model and no network is needed.
"""

from engine.views.report.page import build_report, check_writable, save_report
from engine.views.report.sections import SECTIONS

__all__ = [
    "SECTIONS",
    "build_report",
    "check_writable",
    "save_report",
]
