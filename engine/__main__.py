"""The command line: `python -m engine COMMAND`.

Wrong input ends with one line on stderr and exit code 2; results go to stdout, progress to stderr.
"""

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path

from engine.config import (
    HEADS,
    MODELS,
    PRECISIONS,
    SPLITS,
    Recipe,
    RunConfig,
    with_epochs,
    with_learning_rate,
)
from engine.errors import EngineError
from engine.paths import check_name


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    try:
        options = _parser().parse_args(arguments)
        options.command(options)
        sys.stdout.flush()
    except EngineError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has gone, as in `... | head -1`
        # Python flushes once more at its end; let that go nowhere instead of failing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"The disk refuses: {error.strerror or error} ({error.filename}).")
    except MemoryError:
        return _fail("This takes more memory than there is: choose a smaller size.")
    return 0


def _fail(sentence: str) -> int:
    print(f"error: {' '.join(sentence.splitlines())}", file=sys.stderr)
    return 2


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise EngineError(f"{message}. Help: {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m engine", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    data = commands.add_parser("data", help="list the data sets, or bring the photos of one")
    data.add_argument("data_set", nargs="?", metavar="DATASET", help="name, or path to import")
    data.add_argument("--archive", type=Path, metavar="ZIP", help="use this file, no download")
    data.set_defaults(command=_data)

    train = commands.add_parser("train", help="train one model on one data set")
    train.add_argument("data_set", metavar="DATASET", help="name, or path to import")
    train.add_argument("model", metavar="MODEL", choices=MODELS, help=" or ".join(MODELS))
    train.add_argument("--name", help="name of the run; default: the model's, numbered if taken")
    train.add_argument("--resume", action="store_true", help="go on with an unfinished run")
    train.add_argument("--weights", type=Path, metavar="FILE", help="ImageNet weights to use")
    train.add_argument("--epochs", type=int, help="epochs in all, shared among the phases")
    train.add_argument("--learning-rate", type=float, help="of the first phase; others scale")
    train.add_argument("--batch-size", type=int)
    train.add_argument("--seed", type=int)
    train.add_argument("--image-size", type=int, metavar="PIXELS")
    train.add_argument("--rotation", type=float, help="largest turn, fraction of a full turn")
    train.add_argument("--zoom", type=float, help="largest zoom, fraction of the side")
    train.add_argument("--dropout", type=float)
    train.add_argument("--dense-units", type=int)
    train.add_argument("--filters", type=int, nargs="+", help="of each convolution (scratch)")
    train.add_argument("--batch-normalisation", action=argparse.BooleanOptionalAction)
    train.add_argument("--head", choices=HEADS)
    train.add_argument("--precision", choices=PRECISIONS, help="default: by the processor")
    train.set_defaults(command=_train)

    evaluate = commands.add_parser("evaluate", help="accuracy and per-class scores of a run")
    evaluate.add_argument("data_set", metavar="DATASET")
    evaluate.add_argument("run", metavar="RUN")
    evaluate.add_argument("--json", action="store_true")
    evaluate.set_defaults(command=_evaluate)

    predict = commands.add_parser("predict", help="ask a run what one photo shows")
    predict.add_argument("image", type=Path, metavar="IMAGE")
    predict.add_argument("--data-set", required=True, metavar="DATASET")
    predict.add_argument("--run", required=True, metavar="RUN")
    predict.add_argument("--json", action="store_true")
    predict.set_defaults(command=_predict)

    robustness = commands.add_parser("robustness", help="measure runs on a test split drawn again")
    robustness.add_argument("data_set", metavar="DATASET", help="a drawn data set")
    robustness.add_argument("runs", nargs="*", metavar="RUN", help="default: all runs")
    robustness.set_defaults(command=_robustness)

    listing = commands.add_parser("runs", help="list the runs, published and trained here")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(command=_runs)
    return parser


def _data(options) -> None:
    from engine.data import CATALOG, bring, list_data_sets, load_data_set, open_data_set

    if options.data_set is None:
        if options.archive:
            raise EngineError("`--archive` needs the name of a data set before it.")
        print(f"{'name':<16}{'photos':>8}{'classes':>9}  {'licence':<22}here")
        for name in sorted({*CATALOG, *list_data_sets()}):
            known = load_data_set(name) if name in list_data_sets() else None
            entry = CATALOG.get(name, known)
            photos = len(known.photos) if known else entry.photos
            classes = len(known.class_names) if known else entry.classes
            here = "yes" if known and known.has_photos else "no"
            print(f"{name:<16}{photos:>8}{classes:>9}  {entry.licence:<22}{here}")
        return
    if options.data_set in CATALOG:
        data_set = bring(options.data_set, archive=options.archive, progress=_show_progress)
    elif options.archive:
        raise EngineError(
            f"`--archive` goes with a data set of the catalog: {', '.join(CATALOG)}. "
            f"Received: {options.data_set!r}"
        )
    else:
        data_set = open_data_set(options.data_set, progress=_show_progress)
    counts = data_set.photos["split"].value_counts()
    print(
        f"{data_set.name}: {len(data_set.photos)} photos of {len(data_set.class_names)} classes, "
        + ", ".join(f"{counts.get(split, 0)} {split}" for split in SPLITS)
    )
    for file, reason in data_set.unreadable:
        print(f"left out {file}: {reason}", file=sys.stderr)


def _train(options) -> None:
    from engine import runs
    from engine.backend import fastest_precision
    from engine.data import open_data_set
    from engine.presets import PRESETS
    from engine.train import train

    # Whatever is wrong with the flags comes out before photos are imported.
    recipe = None if options.resume else _recipe(options, PRESETS[options.model])
    if options.name is not None:
        check_name(options.name, "name of the run")
    if options.weights is not None and options.model != "resnet50":
        raise EngineError("`--weights` goes with resnet50: scratch starts without any.")
    data_set = open_data_set(options.data_set, progress=_show_progress)
    if options.resume:
        config = _unfinished_config(data_set.name, options)
    else:
        config = RunConfig(
            name=options.name or runs.free_name(data_set.name, options.model),
            data_set=data_set.name,
            data_set_digest=data_set.digest,
            split_seed=data_set.split_seed,
            class_names=data_set.class_names,
            recipe=recipe,
            precision=options.precision or fastest_precision(),
        )
    folder = train(config, data_set, options.resume, options.weights, _say)
    run = runs.load_run(folder)
    print(
        f"{run.config.data_set}/{run.name}: validation accuracy "
        f"{run.summary['validation_accuracy']:.4f}, test accuracy "
        f"{run.summary['test_accuracy']:.4f}, best epoch {run.summary['best_epoch']} of "
        f"{run.summary['epochs']}"
    )


def _recipe(options, recipe: Recipe) -> Recipe:
    """The recipe with the flags that were given in place of its own values."""
    if options.epochs is not None:
        recipe = with_epochs(recipe, options.epochs)
    if options.learning_rate is not None:
        recipe = with_learning_rate(recipe, options.learning_rate)
    fields = ("batch_size", "seed", "image_size", "dropout", "dense_units", "head")
    convolutions = ("filters", "batch_normalisation")
    chosen = {
        field: getattr(options, field)
        for field in fields + convolutions
        if getattr(options, field) is not None
    }
    if options.model != "scratch" and chosen.keys() & set(convolutions):
        raise EngineError(
            "`--filters` and `--batch-normalisation` go with scratch: resnet50 has its own layers."
        )
    if "filters" in chosen:
        chosen["filters"] = tuple(chosen["filters"])
    changes = {
        field: getattr(options, field)
        for field in ("rotation", "zoom")
        if getattr(options, field) is not None
    }
    augmentation = dataclasses.replace(recipe.augmentation, **changes)
    return dataclasses.replace(recipe, augmentation=augmentation, **chosen)


def _unfinished_config(data_set: str, options) -> RunConfig:
    """The configuration an unfinished run was started with; flags given again must agree."""
    from engine import runs

    unfinished = runs.unfinished_runs(data_set)
    wanted = options.name or options.model
    names = [name for name in unfinished if name == wanted]
    if not options.name and not names:  # numbered, because its first name was taken
        names = [name for name in unfinished if name.startswith(f"{wanted}-")]
    if not names:
        raise EngineError(
            f"There is no unfinished run {wanted} of {data_set} to resume; unfinished: "
            f"{', '.join(unfinished) or 'none'}."
        )
    if len(names) > 1:
        raise EngineError(f"Say which run to resume with --name: {', '.join(names)}.")
    config = runs.load_unfinished_config(runs.unfinished_folder(data_set, names[0]))
    if config.recipe.model != options.model:
        raise EngineError(
            f"The unfinished run {config.name} trains {config.recipe.model}. "
            f"Received: {options.model}"
        )
    if (
        _recipe(options, config.recipe) != config.recipe
        or (options.precision or config.precision) != config.precision
    ):
        raise EngineError(
            f"The unfinished run {config.name} was started with other flags: resume it without "
            "any, or start another with --name."
        )
    return config


def _data_set_name(reference: str) -> str:
    """The name of a data set from its name or the path it was imported from."""
    from engine import runs
    from engine.data import open_data_set

    known = runs.data_sets_with_runs()
    if reference in known:
        return reference
    if Path(reference).exists():
        return open_data_set(reference, progress=_show_progress).name
    raise EngineError(
        f"The data set must be one that has runs: {', '.join(known) or 'none yet'}. "
        f"Received: {reference!r}"
    )


def _evaluate(options) -> None:
    from engine import metrics, runs

    run = runs.find_run(_data_set_name(options.data_set), options.run)
    result = {"data_set": run.config.data_set, "run": run.name, "splits": {}}
    for split in ("validation", "test"):
        part = run.predictions.of_split(split)
        correct = int((part.y_pred == part.y_true).sum())
        report = metrics.per_class_report(part.y_true, part.y_pred, part.class_names)
        result["splits"][split] = {
            "photos": len(part.y_true),
            "accuracy": metrics.accuracy(part.y_true, part.y_pred),
            "interval_95": metrics.wilson_interval(correct, len(part.y_true)),
            "classes": report.to_dict("records"),
        }
    if options.json:
        print(json.dumps(result))
        return
    for split, values in result["splits"].items():
        low, high = values["interval_95"]
        print(
            f"{split}: accuracy {values['accuracy']:.4f} "
            f"(95 % interval {low:.4f} to {high:.4f}) on {values['photos']} photos"
        )
        print(f"  {'class':<16}{'precision':>10}{'recall':>10}{'f1':>10}{'support':>10}")
        for row in values["classes"]:
            print(
                f"  {row['class_name']:<16}{row['precision']:>10.3f}{row['recall']:>10.3f}"
                f"{row['f1']:>10.3f}{row['support']:>10}"
            )


def _predict(options) -> None:
    from engine import runs
    from engine.answers import top_k
    from engine.images import read_photo
    from engine.predict import Predictor

    photo = read_photo(options.image)
    run = runs.find_run(_data_set_name(options.data_set), options.run)
    answer = Predictor(run).predict(photo)
    ranked = top_k(answer.probabilities, run.config.class_names, len(run.config.class_names))
    if options.json:
        predictions = [
            {"class_name": name, "probability": float(probability)} for name, probability in ranked
        ]
        result = {
            "run": run.name,
            "predictions": predictions,
            "milliseconds": round(answer.milliseconds, 1),
        }
        print(json.dumps(result))
        return
    for name, probability in ranked[:5]:
        print(f"{probability:>7.2%}  {name}")
    print(f"{answer.milliseconds:.0f} ms", file=sys.stderr)


def _robustness(options) -> None:
    from engine import runs
    from engine.data import load_data_set
    from engine.predict import Predictor
    from engine.stress import measure_robustness

    data_set = load_data_set(options.data_set)
    if not data_set.drawn:
        raise EngineError(
            "The data set must be a drawn one, whose pictures can be drawn again: scenes. "
            f"Received: {data_set.name!r}"
        )
    names = options.runs or [one.name for one in runs.find_run_folders(data_set.name)]
    found = [runs.find_run(data_set.name, name) for name in dict.fromkeys(names)]
    if not found:
        raise EngineError(f"There is no run of {data_set.name} yet: train one first.")
    predictors = {run.name: Predictor(run) for run in found}
    tables = measure_robustness(data_set, predictors, _show_progress)
    for run in found:
        runs.save_robustness(run.folder, tables[run.name])
        lowest = tables[run.name].sort_values("accuracy").iloc[0]
        print(
            f"{data_set.name}/{run.name}: lowest accuracy {lowest['accuracy']:.4f} at "
            f"{lowest['parameter']} {lowest['value']:g}"
        )


def _runs(options) -> None:
    from engine import runs

    rows, problems = [], []
    for data_set in runs.data_sets_with_runs():
        found, sentences = runs.load_runs(data_set)
        problems += sentences
        rows += [
            {
                **run.summary,
                "data_set": run.config.data_set,
                "run": run.name,
                "model": run.model,
                "published": run.published,
                "folder": str(run.folder),
            }
            for run in found
        ]
    if options.json:
        print(json.dumps({"runs": rows, "problems": problems}))
    else:
        print(f"{'data set':<16}{'run':<20}{'validation':>11}{'test':>8}{'epochs':>8}  where")
        for row in rows:
            print(
                f"{row['data_set']:<16}{row['run']:<20}{row['validation_accuracy']:>11.4f}"
                f"{row['test_accuracy']:>8.4f}{row['epochs']:>8}  "
                f"{'published' if row['published'] else 'here'}"
            )
    for sentence in problems:
        print(f"error: {sentence}", file=sys.stderr)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class _Progress:
    """One line that grows at a terminal; a line each percent where the output is a file."""

    def __init__(self):
        self.last = None

    def __call__(self, done: int, total: int | None, what: str) -> None:
        if sys.stderr.isatty():
            share = f"{done / total:.0%}" if total else f"{done:,}"
            end = "\n" if total and done >= total else ""
            print(f"\r{what}: {share:<12}", end=end, file=sys.stderr, flush=True)
            return
        # A download without a known length counts in steps of a million bytes.
        step = (what, done * 100 // total if total else done // 1_000_000)
        if step != self.last:
            self.last = step
            share = f"{step[1]}%" if total else f"{done:,}"
            print(f"{what}: {share}", file=sys.stderr, flush=True)


_show_progress = _Progress()


if __name__ == "__main__":
    sys.exit(main())
