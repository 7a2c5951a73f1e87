"""`evaluate` and `predict`: what a run said, and what it says to one photo."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from engine.commands.terminal import Commands
from engine.errors import EngineError
from engine.progress import Progress


def add_to(commands: Commands) -> None:
    """Add the two commands to the parser's `commands`."""
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


def _evaluate(options: argparse.Namespace, progress: Progress) -> None:
    from engine import runs
    from engine.measures import metrics

    run = runs.find_run(data_set_name(options.data_set, progress), options.run)
    splits: dict[str, dict[str, Any]] = {}
    for split in ("validation", "test"):
        part = run.predictions.of_split(split)
        correct = int((part.y_pred == part.y_true).sum())
        report = metrics.per_class_report(part.y_true, part.y_pred, part.class_names)
        splits[split] = {
            "photos": len(part.y_true),
            "accuracy": metrics.accuracy(part.y_true, part.y_pred),
            "interval_95": metrics.wilson_interval(correct, len(part.y_true)),
            "classes": report.to_dict("records"),
        }
    if options.json:
        print(json.dumps({"data_set": run.config.data_set, "run": run.name, "splits": splits}))
        return
    for split, values in splits.items():
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


def _predict(options: argparse.Namespace, progress: Progress) -> None:
    from engine import runs
    from engine.data.images import read_photo
    from engine.measures.answers import top_k
    from engine.serving.predict import Predictor

    photo = read_photo(options.image)
    run = runs.find_run(data_set_name(options.data_set, progress), options.run)
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


def data_set_name(reference: str, progress: Progress) -> str:
    """The name of a data set that has runs, from its name or the path it was imported from.

    Args:
        reference: Either of them.
        progress: Told how far an import is.

    Raises:
        EngineError: If there is no such data set, or it has no run.
    """
    from engine import runs
    from engine.data import open_data_set

    known = runs.data_sets_with_runs()
    if reference in known:
        return reference
    if Path(reference).exists():
        return open_data_set(reference, progress=progress).name
    raise EngineError(
        f"The data set must be one that has runs: {', '.join(known) or 'none yet'}. "
        f"Received: {reference!r}"
    )
