"""The pages in order, each with its title and icons: what `streamlit_app.py` and the menu show.

Streamlit's own menu is off: a fresh server's first deep link runs a page without
`streamlit_app.py`, and that menu would then name the pages after their files.
"""

from dataclasses import dataclass

import streamlit as st


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


OVERVIEW = PageLink("pages/overview.py", "Overview", ":material/balance:", "⚖️")
DATA_SET = PageLink("pages/data_set.py", "Data set", ":material/photo_library:", "🖼️")
TRAINING_CURVES = PageLink(
    "pages/training_curves.py", "Training curves", ":material/show_chart:", "📈"
)
ERRORS = PageLink("pages/errors.py", "Errors", ":material/grid_on:", "🔍")
LIVE_PREDICTION = PageLink(
    "pages/live_prediction.py", "Live prediction", ":material/photo_camera:", "📷"
)
STRESS_TEST = PageLink("pages/stress_test.py", "Stress test", ":material/screen_rotation:", "🎛️")

PAGES = (OVERVIEW, DATA_SET, TRAINING_CURVES, ERRORS, LIVE_PREDICTION, STRESS_TEST)


def menu() -> None:
    """Draw the links to all pages into the sidebar."""
    with st.sidebar:
        for page in PAGES:
            st.page_link(page.path, label=page.title, icon=page.icon)
