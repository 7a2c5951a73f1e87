"""The dashboard's pages without a browser: how tests open one, and the text on it."""

import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.server import PROJECT

#: Seconds for one run of a page; the tests share their machine.
TIMEOUT = 120


def open_page(path: str, **query: str) -> AppTest:
    """The page as an address with this query opens it; it must open without an exception.

    Args:
        path: Its script, from the folder of `pages/entry.py`.
        query: The query of the address.
    """
    page = AppTest.from_file(PROJECT / "pages" / "entry.py", default_timeout=TIMEOUT)
    page.switch_page(path)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    """What the page says: Markdown and captions, then notices, warnings and errors."""
    shown = [*page.markdown, *page.caption, *page.info, *page.warning, *page.error]
    return "\n".join([*(one.value for one in shown), *photo_captions(page)])


def photo_captions(page: AppTest) -> list[str]:
    """What stands below each picture that has a caption."""
    pictures = [one for element in page.get("image") for one in element.proto.imgs]
    return [one.caption for one in pictures if one.caption]


def open_tables(monkeypatch, word: str = "table") -> None:
    """Open the expanders that hold a table, which a test without a browser cannot.

    Args:
        monkeypatch: pytest's.
        word: What stands in the labels of those to open.
    """
    expander = st.expander

    def opened(label, **options):
        if word not in label:
            return expander(label, **options)
        options.pop("on_change", None)
        found = expander(label, expanded=True, **options)
        found.open = True
        return found

    monkeypatch.setattr(st, "expander", opened)
