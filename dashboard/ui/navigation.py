"""The pages in order, each with its title and icons: what `streamlit_app.py` and the menu show.

Streamlit's own menu is off: a fresh server's first deep link runs a page without
`streamlit_app.py`, and that menu would then name the pages after their files.
"""

from dataclasses import dataclass

import streamlit as st

from dashboard.ui.address import shared_parameters
from engine import runs


@dataclass(frozen=True)
class PageLink:
    """One page.

    Attributes:
        path: Its script, from the folder of `streamlit_app.py`.
        title: Its title, in the menu, on the page and in the browser's tab.
        icon: Material icon of the menu.
        tab_icon: Emoji of the browser's tab.
    """

    path: str
    title: str
    icon: str
    tab_icon: str


OVERVIEW = PageLink("dashboard/compare/overview.py", "Overview", ":material/balance:", "⚖️")
DATA_SET = PageLink("dashboard/compare/data_set.py", "Data set", ":material/photo_library:", "🖼️")
TRAINING_CURVES = PageLink(
    "dashboard/compare/training_curves.py", "Training curves", ":material/show_chart:", "📈"
)
LEARNING_CURVE = PageLink(
    "dashboard/compare/learning_curve.py", "Too little data", ":material/potted_plant:", "🌱"
)
ERRORS = PageLink("dashboard/compare/errors.py", "Errors", ":material/grid_on:", "🔍")
CALIBRATION = PageLink("dashboard/compare/calibration.py", "Calibration", ":material/speed:", "🎯")
ROBUSTNESS = PageLink("dashboard/compare/robustness.py", "Robustness", ":material/blur_on:", "🌫️")
LIVE_PREDICTION = PageLink(
    "dashboard/ask/live_prediction.py", "Live prediction", ":material/photo_camera:", "📷"
)
STRESS_TEST = PageLink(
    "dashboard/ask/stress_test.py", "Stress test", ":material/screen_rotation:", "🎛️"
)
TRAIN = PageLink("dashboard/own/train.py", "Train", ":material/model_training:", "🎓")
YOUR_RUNS = PageLink("dashboard/own/your_runs.py", "Your runs", ":material/inventory_2:", "🗂️")

PAGES = (
    OVERVIEW,
    DATA_SET,
    TRAINING_CURVES,
    LEARNING_CURVE,
    ERRORS,
    CALIBRATION,
    ROBUSTNESS,
    LIVE_PREDICTION,
    STRESS_TEST,
    TRAIN,
    YOUR_RUNS,
)


def offered(data_set: str | None) -> tuple[PageLink, ...]:
    """The pages that have something to show of a data set.

    A learning curve takes an hour or more to measure. Where there is none, its page is still opened
    by its address, and says how to measure it.

    Args:
        data_set: Name of the data set; None where there is none.
    """
    measured = data_set is not None and any(
        path.exists() for path in runs.learning_curve_paths(data_set)
    )
    return tuple(page for page in PAGES if measured or page is not LEARNING_CURVE)


def menu(data_set: str | None = None) -> None:
    """Draw the links to the pages.

    Args:
        data_set: Name of the data set that the sidebar chose; None where there is none.
    """
    for page in offered(data_set):
        link(page, page.title)


def link(page: PageLink, label: str, icon: str | None = None, **parameters: str) -> None:
    """Draw a link to a page, about the same data set and runs.

    Args:
        page: Where it leads.
        label: Markdown.
        icon: Another icon than the page's.
        parameters: Address parameters for that page.
    """
    st.page_link(
        page.path,
        label=label,
        icon=icon or page.icon,
        query_params={**shared_parameters(), **parameters},
    )
