import math

from engine import text
from pages.ui.text import plain


def test_numbers_as_people_read_them():
    assert text.percent(0.7204) == "72.0\u00a0%"
    assert text.percent(0.995, 0) == "100\u00a0%"
    assert text.percent(math.nan) == "unknown"
    assert text.count(25_589_898) == "25.6 million"
    assert text.count(2727) == "2,727"
    assert text.counted(1, "photo") == "1 photo"
    assert text.counted(0, "photo") == "0 photos"
    assert text.counted(1200, "test photo") == "1,200 test photos"


def test_durations():
    assert text.duration(0.5) == "30 seconds"
    assert text.duration(3.53) == "3.5 minutes"
    assert text.duration(35.2) == "35 minutes"
    assert text.duration(130) == "2 h 10 min"
    assert text.duration(119.7) == "2 h 0 min"
    assert text.duration(math.nan) == "unknown"


def test_quantities():
    assert text.quantity(-120.0, "°") == "−120°"
    assert text.quantity(1.8, "×") == "1.8×"
    assert text.quantity(0.25, "%") == "0.25\u00a0%"
    assert text.quantity(5, "") == "5"


def test_names_that_visitors_chose_stay_text():
    assert plain("*a* $b$") == r"\*a\* \$b\$"
    assert plain("t-shirt") == r"t\-shirt"
    assert text.plain_html("<b>") == "&lt;b&gt;"
