"""What each run is called and drawn like, so that any two runs are told apart everywhere.

The first run of a model has the model's own colour, mark and solid line; every further one another
mark, another line and a shade of that colour. Baselines are grey squares, all of them: they are
compared with, not compared.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.models.specs import BASELINE_SPECS, SPECS, find_baseline, find_spec, is_baseline
from engine.runs import Run
from engine.views.colours import NEUTRAL, shade

#: Marks of a model's further runs: Plotly's name, and the same as a character of text.
_FURTHER_MARKS = (
    ("triangle-up", "▲"),
    ("cross", "✚"),
    ("triangle-down", "▼"),
    ("hexagon", "⬢"),
    ("pentagon", "⬟"),
)
_FURTHER_DASHES = ("dash", "dot", "dashdot", "longdash", "longdashdot")


@dataclass(frozen=True)
class Look:
    """One run, as people read of it and see it in charts.

    Attributes:
        name: Name of the run.
        title: `CNN from scratch`; of a run not named after its model, the name as well:
            `CNN from scratch (scratch-plain)`.
        short_title: The same for narrow places: `Scratch`, `Scratch (scratch-plain)`.
        phrase: The title in the middle of a sentence: `the CNN from scratch`.
        colour: `#RRGGBB`.
        symbol: Plotly's name of its mark.
        dash: Plotly's name of its line.
        icon: One character or emoji that stands for it in text.
        is_baseline: Whether it is a baseline and no network.
    """

    name: str
    title: str
    short_title: str
    phrase: str
    colour: str
    symbol: str
    dash: str
    icon: str
    is_baseline: bool = False

    def marked(self, text: str) -> str:
        """`text` behind the icon."""
        return f"{self.icon} {text}"


def looks_of(runs: Mapping[str, Run], compared: Iterable[Run] = ()) -> dict[str, Look]:
    """How these runs look beside each other.

    Which run of a model comes first does not depend on the order of `runs`: the one named after
    its model, then by name. So a pair may be swapped and looks the same.

    Args:
        runs: Runs by any key, of networks or baselines.
        compared: Runs that choose first, whether they are among `runs` or not: where a page shows
            more than the pair that is compared, the pair looks as it does on all other pages.

    Returns:
        The look of each of `runs`, by the same keys in the same order.
    """
    pair = {run.name: run.model for run in compared}
    models = {**pair, **{run.name: run.model for run in runs.values()}}
    looks = looks_of_names(models, pair)
    return {key: looks[run.name] for key, run in runs.items()}


def looks_of_names(models: Mapping[str, str], compared: Iterable[str] = ()) -> dict[str, Look]:
    """`looks_of` for runs of which only the names are known, such as trainings that go on.

    Args:
        models: Model or baseline of each run, by the run's name.
        compared: Names of the runs that choose first.
    """
    first = set(compared)
    order = sorted(models, key=lambda name: (name not in first, name != models[name], name))
    taken = {look.symbol for look in map(look_of_model, SPECS)}
    marks = [mark for mark in _FURTHER_MARKS if mark[0] not in taken]
    seen: Counter[str] = Counter()
    looks, further = {}, 0
    for name in order:
        look = _named(look_of_model(models[name]), name)
        group = "baselines" if look.is_baseline else models[name]
        if seen[group]:
            mark = marks[further % len(marks)]
            looks[name] = _further(look, seen[group] - 1, mark)
            further += not look.is_baseline
        else:
            looks[name] = look
        seen[group] += 1
    return {name: looks[name] for name in models}


def look_of_model(model: str) -> Look:
    """The look of a run that is named after its model or baseline, where no other is beside it."""
    if is_baseline(model):
        baseline = find_baseline(model)
        return Look(
            name=model,
            title=baseline.title,
            short_title=baseline.short_title,
            phrase=f"the {mid_sentence(baseline.title)}",
            colour=NEUTRAL,
            symbol="square",
            dash="solid",
            icon="🔲",
            is_baseline=True,
        )
    spec = find_spec(model)
    return Look(
        name=model,
        title=spec.title,
        short_title=spec.short_title,
        phrase=spec.phrase,
        colour=spec.colour,
        symbol=spec.symbol,
        dash="solid",
        icon=spec.icon,
    )


def baseline_looks() -> dict[str, Look]:
    """The look of each baseline by its name, from the least on, whether there is a run of it."""
    return {name: look_of_model(name) for name in BASELINE_SPECS}


def learning_curve_looks(models: Iterable[str]) -> dict[str, Look]:
    """The look of each model in a learning curve, where a backbone stays as ImageNet left it."""
    looks = {model: look_of_model(model) for model in models}
    for model, look in looks.items():
        if find_spec(model).backbone is not None:
            looks[model] = replace(look, short_title=f"{look.short_title}, frozen phase")
    return looks


def mid_sentence(title: str) -> str:
    """`Scratch` -> `scratch`, but `ResNet50` and `CNN from scratch` as they are."""
    first, *rest = title.split(" ")
    return " ".join([first.lower() if first[1:].islower() else first, *rest])


def _named(look: Look, name: str) -> Look:
    """The look of a run of this name, which it carries unless it is its model's."""
    if name == look.name:
        return look
    return replace(
        look,
        name=name,
        title=f"{look.title} ({name})",
        short_title=f"{look.short_title} ({name})",
        phrase=f"{look.phrase} ({name})",
    )


def _further(look: Look, position: int, mark: tuple[str, str]) -> Look:
    """The look of a run that is not its model's first.

    Args:
        look: That of a first run.
        position: Number of runs between the first and this one.
        mark: Plotly's name, and the character.
    """
    dash = _FURTHER_DASHES[position % len(_FURTHER_DASHES)]
    if look.is_baseline:
        return replace(look, dash=dash, symbol=f"{look.symbol}-open")
    symbol, icon = mark
    return replace(look, colour=shade(look.colour, position), dash=dash, symbol=symbol, icon=icon)
