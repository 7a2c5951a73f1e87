"""`train`: train one model or fit one baseline on one data set, with every setting as a flag."""

import argparse
import dataclasses
import typing
from pathlib import Path

from engine.commands.terminal import Commands
from engine.disk.paths import check_name
from engine.errors import EngineError
from engine.models import (
    BASELINE_SPECS,
    SPECS,
    BaselineSpec,
    ModelSpec,
    check_recipe,
    find_baseline,
    find_spec,
    is_baseline,
    learns_from_features,
)
from engine.models.backend import fastest_precision
from engine.progress import Progress
from engine.recipes.baseline import Baseline
from engine.recipes.chosen import (
    RECIPE_SETTINGS,
    SETTING_TYPES,
    refuse_settings_of_others,
    with_values,
)
from engine.recipes.config import PRECISIONS, RunConfig
from engine.recipes.recipe import Recipe, with_epochs, with_learning_rate, with_phases
from engine.recipes.settings import Setting


def add_to(commands: Commands) -> None:
    """Add the command to the parser's `commands`."""
    train = commands.add_parser("train", help="train one model on one data set")
    train.add_argument("data_set", metavar="DATASET", help="name, or path to import")
    names = (*SPECS, *BASELINE_SPECS)
    train.add_argument("model", metavar="MODEL", choices=names, help=", ".join(names))
    train.add_argument("--name", help="name of the run; default: the model's, numbered if taken")
    train.add_argument(
        "--quick",
        action="store_const",
        const=True,
        help="in about a minute: small photos, or the head of a network from ImageNet alone",
    )
    train.add_argument("--resume", action="store_true", help="go on with an unfinished run")
    train.add_argument("--weights", type=Path, metavar="FILE", help="ImageNet weights to use")
    train.add_argument("--epochs", type=int, help="epochs in all, shared among the phases")
    train.add_argument("--learning-rate", type=float, help="of the first phase; others scale")
    train.add_argument("--phase-epochs", type=int, nargs="+", help="epochs of each phase")
    train.add_argument("--phase-rates", type=float, nargs="+", help="learning rate of each phase")
    train.add_argument(
        "--phase-trainable",
        nargs="+",
        help="what learns in each phase: all, head, or the head and the backbone from a stage on, "
        "such as from_conv4",
    )
    for name, one in RECIPE_SETTINGS.items():
        if one.flag:
            _add_flag(train, name, one)
    train.add_argument("--precision", choices=PRECISIONS, help="default: by the processor")
    train.set_defaults(command=_train)


def _add_flag(parser: argparse.ArgumentParser, name: str, setting: Setting) -> None:
    flag, kind = f"--{name.replace('_', '-')}", SETTING_TYPES[name]
    help = setting.label.replace("%", "%%")
    if setting.scale != 1:
        help += f"; as a fraction: 0.1 is {0.1 * setting.scale:g}"
    if setting.of_model:
        help += f" ({', '.join(one.name for one in SPECS.values() if name in one.settings)})"
    if kind is bool:
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, help=help)
    elif setting.choices:
        parser.add_argument(flag, choices=setting.choices, help=help)
    elif typing.get_origin(kind) is tuple:
        one = typing.get_args(kind)[0]
        parser.add_argument(flag, type=one, nargs="+", help=help)
    else:
        parser.add_argument(flag, type=kind, help=help)


def _train(options: argparse.Namespace, progress: Progress) -> None:
    from engine import runs
    from engine.data import open_data_set
    from engine.training.train import train

    # Whatever is wrong with the flags comes out before photos are imported.
    recipe = None if options.resume else recipe_of(options, preset_of(options))
    if options.name is not None:
        check_name(options.name, "name of the run")
    if options.weights is not None and _spec(options.model).backbone is None:
        specs: list[ModelSpec | BaselineSpec] = [*SPECS.values(), *BASELINE_SPECS.values()]
        takes = [one.name for one in specs if one.backbone is not None]
        raise EngineError(
            f"`--weights` goes with {' and '.join(takes)}: {options.model} starts without any."
        )
    data_set = open_data_set(options.data_set, progress=progress)
    if recipe is None:
        config = _unfinished_config(data_set.name, options)
    else:
        config = RunConfig(
            name=options.name or runs.free_name(data_set.name, _usual_name(options)),
            data_set=data_set.name,
            data_set_digest=data_set.digest,
            split_seed=data_set.split_seed,
            class_names=data_set.class_names,
            recipe=recipe,
            precision=_precision(options, recipe),
        )
    folder = train(config, data_set, options.resume, options.weights, progress)
    run = runs.load_run(folder)
    print(
        f"{run.config.data_set}/{run.name}: validation accuracy "
        f"{run.summary['validation_accuracy']:.4f}, test accuracy "
        f"{run.summary['test_accuracy']:.4f}, best epoch {run.summary['best_epoch']} of "
        f"{run.summary['epochs']}"
    )
    progress.finish(f"{run.config.data_set}/{run.name}")


def _precision(options: argparse.Namespace, recipe: Recipe | Baseline) -> str:
    # A baseline, or a head on features, is arithmetic on some thousand numbers a photo: there is
    # nothing to speed up.
    if isinstance(recipe, Baseline):
        return "float32"
    return options.precision or ("float32" if learns_from_features(recipe) else fastest_precision())


def _usual_name(options: argparse.Namespace) -> str:
    return f"{options.model}-quick" if options.quick else options.model


def preset_of(options: argparse.Namespace) -> Recipe | Baseline:
    """The preset that the flags start from."""
    spec = _spec(options.model)
    return spec.quick_preset if options.quick and isinstance(spec, ModelSpec) else spec.preset


def _spec(model: str) -> ModelSpec | BaselineSpec:
    return find_baseline(model) if is_baseline(model) else find_spec(model)


def recipe_of(options: argparse.Namespace, recipe: Recipe | Baseline) -> Recipe | Baseline:
    """The recipe with the flags that were given in place of its own values.

    Args:
        options: What the parser made of the command line; a flag that was not given is None.
        recipe: That of the preset, or of an unfinished run.

    Raises:
        EngineError: If a value is out of range, or a flag goes with another model.
    """
    if isinstance(recipe, Baseline):
        return _baseline(options, recipe)
    one_by_one = [
        None if values is None else tuple(values)
        for values in (options.phase_epochs, options.phase_rates, options.phase_trainable)
    ]
    if options.epochs is not None and options.phase_epochs is not None:
        raise EngineError("`--epochs` shares them among the phases; `--phase-epochs` does not.")
    if options.learning_rate is not None and options.phase_rates is not None:
        raise EngineError("`--learning-rate` scales all phases; `--phase-rates` does not.")
    if options.epochs is not None:
        recipe = with_epochs(recipe, options.epochs)
    if options.learning_rate is not None:
        recipe = with_learning_rate(recipe, options.learning_rate)
    recipe = with_phases(recipe, *one_by_one)
    chosen = {
        name: getattr(options, name)
        for name, one in RECIPE_SETTINGS.items()
        if one.flag and getattr(options, name) is not None
    }
    refuse_settings_of_others(recipe.model, frozenset(chosen), find_spec(recipe.model).settings)
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in chosen.items()
    }
    recipe = with_values(recipe, values)
    check_recipe(recipe)
    return recipe


def _baseline(options: argparse.Namespace, baseline: Baseline) -> Baseline:
    """The baseline with its seed; flags of the networks are refused."""
    given = {name for name, value in vars(options).items() if value is not None}
    wrong = sorted(given - {"command", "data_set", "model", "name", "resume", "weights", "seed"})
    if wrong:
        flags = ", ".join(f"`--{name.replace('_', '-')}`" for name in wrong)
        raise EngineError(
            f"A baseline takes --name, --seed, --resume and --weights alone. Received: {flags}"
        )
    return baseline if options.seed is None else dataclasses.replace(baseline, seed=options.seed)


def _unfinished_config(data_set: str, options: argparse.Namespace) -> RunConfig:
    """The configuration an unfinished run was started with; flags given again must agree."""
    from engine import runs

    unfinished = runs.unfinished_runs(data_set)
    wanted = options.name or _usual_name(options)
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
        recipe_of(options, config.recipe) != config.recipe
        or (options.precision or config.precision) != config.precision
    ):
        raise EngineError(
            f"The unfinished run {config.name} was started with other flags: resume it without "
            "any, or start another with --name."
        )
    return config
