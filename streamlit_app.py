"""The dashboard: `streamlit run streamlit_app.py`."""

import streamlit as st

from dashboard.ui.navigation import OVERVIEW, PAGES

st.navigation(
    [
        # The emoji: a Material icon in the tab would be fetched from a server elsewhere.
        st.Page(page.path, title=page.title, icon=page.tab_icon, default=page is OVERVIEW)
        for page in PAGES
    ],
    position="hidden",
).run()
