"""The dashboard: `streamlit run streamlit_app.py`."""

import streamlit as st

from pages.ui.navigation import OVERVIEW, PAGES

st.navigation(
    [
        st.Page(page.path, title=page.title, icon=page.icon, default=page is OVERVIEW)
        for page in PAGES
    ],
    position="hidden",
).run()
