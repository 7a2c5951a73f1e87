"""`learning-curve`: how many photos does each model need?"""

import argparse
from pathlib import Path
from typing import cast

from engine.commands.terminal import Commands
from engine.progress import Progress


def add_to(commands: Commands) -> None:
    """Add the command to the parser's `commands`."""
    curve = commands.add_parser(
        "learning-curve", help="test accuracy of both models against photos per class"
    )
    curve.add_argument("data_set", metavar="DATASET")
    curve.add_argument(
        "--sizes",
        nargs="+",
        metavar="N",
        help="photos per class, or all; default: 5 10 20 50 100 all",
    )
    curve.add_argument("--seeds", nargs="+", type=int, metavar="N", help="default: 1 2 3")
    curve.add_argument(
        "--more", action="store_true", help="keep what was measured, and measure what is missing"
    )
    curve.add_argument("--weights", type=Path, metavar="FILE", help="ImageNet weights to use")
    curve.set_defaults(command=_learning_curve)


def _learning_curve(options: argparse.Namespace, progress: Progress) -> None:
    from engine.data import load_data_set
    from engine.measures.little_data import summarise_curve
    from engine.text import duration
    from engine.training.learning_curve import (
        SEEDS,
        SIZES,
        check_seeds,
        check_sizes,
        measure_learning_curve,
    )

    sizes, seeds = check_sizes(options.sizes or SIZES), check_seeds(options.seeds or SEEDS)
    data_set = load_data_set(options.data_set)
    table, cost = measure_learning_curve(
        data_set, sizes, seeds, options.weights, progress, options.more
    )
    for row in summarise_curve(table, len(data_set.class_names)).itertuples():
        of_seeds = ", ".join(map(str, cast(tuple[int, ...], row.seeds)))
        print(
            f"{row.model}, {row.photos_per_class} a class ({row.photos} photos): test accuracy "
            f"{row.median:.4f} ({row.low:.4f} to {row.high:.4f}; seeds {of_seeds})"
        )
    progress.say(
        f"frozen phase: {duration(cost.stored / 60)} with stored features ({cost.photos:,} photos "
        f"through the backbone once, then the heads in {duration(cost.heads / 60)}); "
        f"{duration(cost.recomputed / 60)} if computed in every epoch ({cost.passes:,} photos at "
        f"{1000 * cost.pace:.0f} ms): {cost.recomputed / cost.stored:.0f} times as long"
    )
