"""Names and colours of the two models, the same on every page and in every chart."""

from engine.models.specs import MODEL_SHORT_TITLES, MODEL_TITLES
from engine.views import colours

NEUTRAL = colours.NEUTRAL

#: Orange and blue: told apart in every common colour blindness, at least 3:1 against both themes.
MODEL_COLOURS = {"scratch": "#DB7100", "resnet50": "#2E86D1"}
MODEL_SYMBOLS = {"scratch": "circle", "resnet50": "diamond"}
MODEL_ICONS = {"scratch": "🟠", "resnet50": "🔷"}

TITLES = MODEL_TITLES
SHORT_TITLES = MODEL_SHORT_TITLES
#: Grey squares, all of them: they are compared with, not compared.
BASELINE_SYMBOL = "square"
BASELINE_ICON = "🔲"
SHORT_BASELINE_TITLES = {
    "baseline-majority": "most frequent",
    "baseline-pixels": "small pixels",
    "baseline-hog": "colours + HOG",
    "baseline-features": "frozen ResNet50",
}


def coloured(model: str, text: str) -> str:
    """`text` behind the mark of a model, or of a baseline."""
    return f"{MODEL_ICONS.get(model, BASELINE_ICON)} {text}"
