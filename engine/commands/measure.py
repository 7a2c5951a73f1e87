"""`robustness` and `strangers`: measure complete runs, and keep the result beside their files."""

from engine.commands.terminal import show_progress
from engine.errors import EngineError


def add_to(commands) -> None:
    """Add the two commands to the parser's `commands`."""
    for name, what, command, data_set in (
        ("robustness", "measure runs on a test split drawn again", _robustness, "a drawn data set"),
        ("strangers", "ask runs about pictures of none of their classes", _strangers, None),
    ):
        parser = commands.add_parser(name, help=what)
        parser.add_argument("data_set", metavar="DATASET", help=data_set)
        parser.add_argument("runs", nargs="*", metavar="RUN", help="default: all runs")
        parser.set_defaults(command=command)


def _robustness(options) -> None:
    from engine import runs
    from engine.data import load_data_set
    from engine.stress import measure_robustness

    data_set = load_data_set(options.data_set)
    if not data_set.drawn:
        raise EngineError(
            "The data set must be a drawn one, whose pictures can be drawn again: scenes. "
            f"Received: {data_set.name!r}"
        )
    found, predictors = _runs_and_predictors(data_set.name, options.runs)
    tables = measure_robustness(data_set, predictors, show_progress)
    for run in found:
        runs.save_robustness(run.folder, tables[run.name])
        lowest = tables[run.name].sort_values("accuracy").iloc[0]
        print(
            f"{data_set.name}/{run.name}: lowest accuracy {lowest['accuracy']:.4f} at "
            f"{lowest['parameter']} {lowest['value']:g}"
        )


def _strangers(options) -> None:
    from engine import runs
    from engine.calibration import choose_rejection, noticed_strangers
    from engine.data import load_data_set
    from engine.strangers import measure_strangers, strangers_to

    data_set = load_data_set(options.data_set)
    pictures, image_ids = strangers_to(data_set)
    found, predictors = _runs_and_predictors(data_set.name, options.runs)
    tables = measure_strangers(pictures, image_ids, predictors, show_progress)
    for run in found:
        table = tables[run.name]
        runs.save_strangers(run.folder, table)
        rejection = choose_rejection(run.predictions)
        noticed = noticed_strangers(table, rejection.threshold)
        print(
            f"{data_set.name}/{run.name}: {len(table)} pictures of {pictures.name}, "
            f"{noticed.share:.4f} noticed as strangers below {rejection.threshold:.4f}, "
            f"where {rejection.false_alarms:.4f} of its own test photos are"
        )


def _runs_and_predictors(data_set: str, names: list[str]):
    """The chosen runs, or all, and a ready model for each."""
    from engine import runs
    from engine.predict import Predictor

    names = names or [one.name for one in runs.find_run_folders(data_set)]
    found = [runs.find_run(data_set, name) for name in dict.fromkeys(names)]
    if not found:
        raise EngineError(f"There is no run of {data_set} yet: train one first.")
    return found, {run.name: Predictor(run) for run in found}
