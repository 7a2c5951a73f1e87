"""Tables on a page and the CSV files of them, in a page of their own."""

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest


@pytest.fixture
def made(monkeypatch):
    """What the buttons make when they are pressed: a function by file name."""
    functions = {}
    original = MediaFileManager.add_deferred

    def remember(self, function, mimetype, coordinates, file_name=None, **more):
        functions[file_name] = function
        return original(self, function, mimetype, coordinates, file_name=file_name, **more)

    monkeypatch.setattr(MediaFileManager, "add_deferred", remember)
    return functions


def opened(show, data_set=None):
    app = AppTest.from_function(show)
    if data_set is not None:  # the sidebar's box
        app.session_state["data_set_box"] = data_set
    app.run()
    assert not app.exception
    return app


def short():
    import pandas as pd

    from pages.ui.tables import show_table

    shown = pd.DataFrame({"Accuracy": ["60.5 %"]}, index=["Scratch"])
    show_table(shown, pd.DataFrame({"model": ["scratch"], "accuracy": [0.605]}), "how_right")


def long():
    import pandas as pd

    from pages.ui.tables import show_sortable

    table = pd.DataFrame({"class": ["=cmd()", "hat"], "recall": [0.5, -0.25]})
    show_sortable(table, table, "scores", hide_index=True)


def test_a_short_table_has_its_numbers_in_a_file(made):
    app = opened(short, data_set="tiny")
    assert app.table[0].value.loc["Scratch"].item() == "60.5 %"
    assert [one.label for one in app.download_button] == ["Download as CSV"]
    assert made["tiny-how-right.csv"]() == b"model,accuracy\r\nscratch,0.605\r\n"


def test_no_formula_leaves_a_long_table_by_either_door(made):
    app = opened(long, data_set="tiny")
    shown = app.dataframe[0].value
    assert shown["class"].tolist() == ["'=cmd()", "hat"]
    assert made["tiny-scores.csv"]() == b"class,recall\r\n'=cmd(),0.5\r\nhat,-0.25\r\n"


def test_without_an_address_the_file_still_has_a_name(made):
    opened(short)
    assert list(made) == ["data-set-how-right.csv"]
