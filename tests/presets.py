"""Names, titles and presets of all models by name, as tests ask for them."""

from engine.models import BASELINE_SPECS, SPECS

MODELS = tuple(SPECS)
MODEL_TITLES = {name: spec.title for name, spec in SPECS.items()}
BASELINES = tuple(BASELINE_SPECS)
BASELINE_TITLES = {name: spec.title for name, spec in BASELINE_SPECS.items()}
PRESETS = {name: spec.preset for name, spec in SPECS.items()}
QUICK_PRESETS = {name: spec.quick_preset for name, spec in SPECS.items()}
BASELINE_PRESETS = {name: spec.preset for name, spec in BASELINE_SPECS.items()}
