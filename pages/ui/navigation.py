"""The pages in sections and in order, each with its title and icons; the menu of them."""

from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import Page

from engine import runs

PRODUCT = "Scratch vs Transfer"


@dataclass(frozen=True)
class PageLink:
    """One page.

    Attributes:
        path: Its script, from the folder of `pages/entry.py`.
        title: Its title, in the menu, on the page and in the browser's tab.
        icon: Material icon of the menu.
        tab_icon: Emoji of the browser's tab.
    """

    path: str
    title: str
    icon: str
    tab_icon: str


OVERVIEW = PageLink("compare/overview.py", "Overview", ":material/balance:", "⚖️")
DATA_SET = PageLink("compare/data_set.py", "Data set", ":material/photo_library:", "🖼️")
TRAINING_CURVES = PageLink(
    "compare/training_curves.py", "Training curves", ":material/show_chart:", "📈"
)
LEARNING_CURVE = PageLink(
    "compare/learning_curve.py", "Too little data", ":material/potted_plant:", "🌱"
)
ERRORS = PageLink("compare/errors.py", "Errors", ":material/grid_on:", "🔍")
CALIBRATION = PageLink("compare/calibration.py", "Calibration", ":material/speed:", "🎯")
ROBUSTNESS = PageLink("compare/robustness.py", "Robustness", ":material/blur_on:", "🌫️")
LIVE_PREDICTION = PageLink(
    "ask/live_prediction.py", "Live prediction", ":material/photo_camera:", "📷"
)
STRESS_TEST = PageLink("ask/stress_test.py", "Stress test", ":material/screen_rotation:", "🎛️")
TRAIN = PageLink("own/train.py", "Train", ":material/model_training:", "🎓")
YOUR_RUNS = PageLink("own/your_runs.py", "Your runs", ":material/inventory_2:", "🗂️")

#: The menu: what stands together, below which words.
SECTIONS = {
    "Compare": (
        OVERVIEW,
        DATA_SET,
        TRAINING_CURVES,
        LEARNING_CURVE,
        ERRORS,
        CALIBRATION,
        ROBUSTNESS,
    ),
    "Ask": (LIVE_PREDICTION, STRESS_TEST),
    "Your photos": (TRAIN, YOUR_RUNS),
}
PAGES = tuple(page for pages in SECTIONS.values() for page in pages)


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


def menu(data_set: str | None = None) -> Page:
    """Draw Streamlit's menu, and name the browser's tab after the page that is open.

    Args:
        data_set: Name of the chosen data set; None where there is none.

    Returns:
        The page that is open, to be run.
    """
    # Before the menu: else the tab's icon would be the menu's, fetched from a server elsewhere.
    st.set_page_config(page_icon=OVERVIEW.tab_icon, layout="wide")
    listed = offered(data_set)
    pages = {
        page: st.Page(
            page.path,
            title=page.title,
            icon=page.icon,
            default=page is OVERVIEW,
            visibility="visible" if page in listed else "hidden",
        )
        for page in PAGES
    }
    opened = st.navigation(
        {section: [pages[page] for page in part] for section, part in SECTIONS.items()},
        expanded=True,
    )
    (icon,) = (page.tab_icon for page in PAGES if pages[page] is opened)
    st.set_page_config(page_title=f"{opened.title} · {PRODUCT}", page_icon=icon)
    return opened


def link(page: PageLink, label: str, icon: str | None = None, **parameters: str) -> None:
    """Draw a link to a page, about the same data set and runs.

    Args:
        page: Where it leads.
        label: Markdown.
        icon: Another icon than the page's.
        parameters: Address parameters for that page.
    """
    st.page_link(page.path, label=label, icon=icon or page.icon, query_params=parameters)
