"""Arrows point one way: pages -> what they share -> engine; heavy libraries load where used."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
#: A folder a section of the menu, a script a page.
PAGES = sorted((ROOT / "pages").glob("*/*.py"))
PAGES = [path for path in PAGES if path.parent.name != "ui"]
#: What pages share, the sections of the page Train and the views of the page Errors.
ENTRY = ROOT / "pages" / "entry.py"
UI = sorted(set((ROOT / "pages").rglob("*.py")) - {*PAGES, ENTRY})
PAGE_MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in PAGES}

#: What each room of the engine may import beside itself, `errors`, `progress` and `text`.
ROOMS = {
    "scenes": set(),
    "disk": set(),
    "recipes": {"disk"},
    "models": {"recipes"},
    "data": {"disk", "models", "recipes", "scenes"},
    "runs": {"disk", "models", "recipes"},
    "training": {"data", "disk", "models", "recipes", "runs"},
    "serving": {"data", "disk", "models", "recipes", "runs", "training"},
    "measures": {"data", "models", "recipes", "runs", "scenes", "serving"},
    "exchange": {"data", "disk", "models", "recipes", "runs"},
    "views": {"data", "disk", "measures", "models", "recipes", "runs", "training"},
    "jobs": {"data", "disk", "models", "recipes", "runs", "training"},
}
#: The command line stands above all rooms.
ROOMS["commands"] = set(ROOMS)

KERAS = {"keras", "tensorflow", "openvino", "torch", "jax"}
HEAVY = KERAS | {"sklearn", "skimage", "scipy"}
#: They subclass Keras's classes, so they are imported only inside functions themselves.
KERAS_MODULES = {
    "engine.training.batches",
    "engine.training.callbacks",
    "engine.training.schedule",
    "engine.models.fused",
}


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path, top_level_only=False):
    """All modules a file imports, `from a import b` as `a` and `a.b`."""
    return imported(ast.parse(path.read_text(encoding="utf-8")), name_of(path), top_level_only)


def imported(tree, module="", top_level_only=False):
    found, nodes = set(), [tree]
    while nodes:
        node = nodes.pop()
        if top_level_only and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue  # read by type checkers alone
        nodes += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                start = ".".join([*module.split(".")[: -node.level], *start.split(".")]).strip(".")
            found |= {start} | {f"{start}.{alias.name}" for alias in node.names}
    return found


def packages(modules):
    return {module.split(".")[0] for module in modules}


def ids(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


@pytest.mark.parametrize(
    ("source", "found", "at_top"),
    [
        ("import keras.ops", {"keras.ops"}, {"keras.ops"}),
        ("def f():\n    from keras import ops", {"keras", "keras.ops"}, set()),
        ("if True:\n    import keras", {"keras"}, {"keras"}),
        ("class A:\n    import keras", {"keras"}, {"keras"}),
        ("from . import b", {"a", "a.b"}, {"a", "a.b"}),
        ("if TYPE_CHECKING:\n    import keras", set(), set()),
    ],
)
def test_the_walker_sees_imports(source, found, at_top):
    assert imported(ast.parse(source), "a.c") == found
    assert imported(ast.parse(source), "a.c", top_level_only=True) == at_top


def test_there_are_files_to_walk():
    assert len(ENGINE) > 10
    assert len(PAGES) == 11
    assert {path.parent.name for path in UI} == {"ui", "training", "error_views"}


def test_the_program_names_the_entry_and_does_nothing_else():
    # A script beside a folder `pages` would make it Streamlit's older kind of pages, where the
    # first link to a page of a fresh server leads nowhere.
    assert imports(ROOT / "streamlit_app.py") == {"streamlit"}
    assert 'st.App("pages/entry.py")' in (ROOT / "streamlit_app.py").read_text(encoding="utf-8")
    assert not list((ROOT / "pages").glob("pages"))


def room_of(module):
    """The room of a module of the engine; None for what stands in none."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "engine" and parts[1] in ROOMS else None


def test_every_module_of_the_engine_has_a_room():
    strays = {name_of(path) for path in ENGINE if room_of(name_of(path)) is None}
    assert strays == {
        "engine",
        "engine.__main__",
        "engine.errors",
        "engine.progress",
        "engine.text",
    }


@pytest.mark.parametrize("path", ENGINE, ids=ids(ENGINE))
def test_rooms_import_only_what_stands_below_them(path):
    room = room_of(name_of(path))
    others = {room_of(module) for module in imports(path)} - {room, None}
    # What stands in no room is the command line, or below all rooms.
    assert others <= (ROOMS[room] if room else {"commands", "disk"})


def test_the_rooms_have_an_order():
    above = {room: set(ROOMS[room]) for room in ROOMS}
    while above:
        lowest = {room for room, below in above.items() if not below & above.keys()}
        assert lowest, f"These rooms import each other: {sorted(above)}"
        above = {room: below for room, below in above.items() if room not in lowest}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_says_what_lives_there(room):
    text = ast.get_docstring(ast.parse((ROOT / "engine" / room / "__init__.py").read_text()))
    assert 1 <= len(text.splitlines()) <= 12


@pytest.mark.parametrize("path", ENGINE, ids=ids(ENGINE))
def test_engine_never_imports_what_stands_above_it(path):
    assert not packages(imports(path)) & {"streamlit", "pages", "streamlit_app"}


@pytest.mark.parametrize("path", ENGINE, ids=ids(ENGINE))
def test_only_charts_know_plotly(path):
    assert path.parent.name == "charts" or "plotly" not in packages(imports(path))


#: They show what the rest of the engine computes.
SHOWS = {"engine.views"}


def shows(module):
    return any(module == one or module.startswith(f"{one}.") for one in SHOWS)


@pytest.mark.parametrize("path", ENGINE, ids=ids(ENGINE))
def test_numbers_know_nothing_that_shows_them(path):
    if name_of(path) not in {"engine.commands.compare", "engine.commands.report"}:
        assert shows(name_of(path)) or not any(map(shows, imports(path)))


@pytest.mark.parametrize("path", ENGINE, ids=ids(ENGINE))
def test_charts_know_no_report(path):
    report = {module for module in imports(path) if module.startswith("engine.views.report")}
    allowed = name_of(path).startswith("engine.views.report") or path.parent.name == "commands"
    assert allowed or not report


@pytest.mark.parametrize("path", ENGINE, ids=ids(ENGINE))
def test_only_the_report_knows_templates(path):
    found = packages(imports(path)) & {"jinja2", "markupsafe"}
    assert name_of(path).startswith("engine.views.report") or not found


@pytest.mark.parametrize("path", ENGINE, ids=ids(ENGINE))
def test_engine_imports_keras_inside_functions(path):
    at_top = imports(path, top_level_only=True)
    if name_of(path) in KERAS_MODULES:
        assert packages(at_top) & KERAS == {"keras"}
    else:
        assert not packages(at_top) & HEAVY
        assert not at_top & KERAS_MODULES


@pytest.mark.parametrize(
    "module",
    [
        *("metrics", "answers", "histories", "findings", "evidence", "calibration"),
        *("breaking", "little_data"),
    ],
)
def test_numbers_come_from_numpy_and_pandas_alone(module):
    found = packages(imports(ROOT / "engine" / "measures" / f"{module}.py"))
    assert found - sys.stdlib_module_names - {"engine"} <= {"numpy", "pandas"}


@pytest.mark.parametrize("path", ENGINE, ids=ids(ENGINE))
def test_engine_uses_keras_alone_and_no_backend(path):
    assert not packages(imports(path)) & {"tensorflow", "torch", "jax"}
    names = {
        node.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name)
    }
    assert "tf" not in names


@pytest.mark.parametrize("path", [*PAGES, *UI], ids=ids([*PAGES, *UI]))
def test_pages_show_and_compute_nothing(path):
    found = imports(path)
    assert not packages(found) & HEAVY
    assert not found & KERAS_MODULES


JOBS = [path for path in ENGINE if room_of(name_of(path)) == "jobs"]
ABOUT_JOBS = [*JOBS, *(path for path in [*PAGES, *UI] if "engine.jobs" in imports(path))]


@pytest.mark.parametrize("path", ABOUT_JOBS, ids=ids(ABOUT_JOBS))
def test_whoever_knows_jobs_reads_events_and_no_words(path):
    assert "re" not in packages(imports(path))


@pytest.mark.parametrize("path", UI, ids=ids(UI))
def test_what_pages_share_knows_no_page(path):
    assert not imports(path) & PAGE_MODULES
    assert "streamlit_app" not in packages(imports(path))


@pytest.mark.parametrize("path", [*PAGES, *UI], ids=ids([*PAGES, *UI]))
def test_only_one_module_caches(path):
    uses = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    } & {"cache_data", "cache_resource"}
    assert bool(uses) == (path == ROOT / "pages" / "ui" / "cache.py")


def test_showing_results_loads_no_heavy_library():
    modules = [
        *(name_of(path) for path in UI),
        *(name_of(path) for path in ENGINE if name_of(path) not in KERAS_MODULES),
    ]
    program = (
        "import importlib, json, sys\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
        f"print(json.dumps(sorted(set({sorted(HEAVY)!r}) & set(sys.modules))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
