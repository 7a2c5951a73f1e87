"""The dashboard: `streamlit run streamlit_app.py`.

The script that Streamlit runs for every page is `pages/entry.py`, and this file only names it.
Were it the script itself, a folder `pages` beside it would be Streamlit's older kind of pages: the
first visitor of a fresh server who comes by a link to a page would be told that there is none.
"""

import streamlit as st

app = st.App("pages/entry.py")
