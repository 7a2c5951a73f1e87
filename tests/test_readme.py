"""The README is short, and what it names is there: pages, commands, flags, folders, pictures."""

import re
import tomllib
from pathlib import Path

import pytest

from engine.__main__ import main
from pages.ui.navigation import PAGES

ROOT = Path(__file__).resolve().parent.parent
GUIDES = [
    path.relative_to(ROOT).as_posix()
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "artifacts").glob("*/README.md"),
    )
]
LONGEST = 150


@pytest.fixture(scope="module")
def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def rows_below(text, heading):
    """First cells of the table whose head begins with `heading`."""
    table = text[text.index(f"| {heading} |") :].split("\n\n")[0]
    return [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]]


def help_of(capsys, *command):
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_it_is_read_in_one_sitting(readme):
    assert len(readme.splitlines()) <= LONGEST


@pytest.mark.parametrize("guide", GUIDES)
def test_what_it_links_to_is_there(guide):
    path = ROOT / guide
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).is_file(), target


def test_every_file_that_contributors_are_sent_to_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:engine|pages|tests|artifacts|\.ci)/[\w./]+)`", text))
    # Places that are filled in, and what a clean checkout does not hold.
    open_ended = re.compile("NAME|SECTION|DATASET|artifacts/(data|runs)")
    there = [one for one in named if not open_ended.search(one)]
    assert len(there) > 15
    assert [one for one in there if not (ROOT / one).exists()] == []


def test_every_page_of_the_menu_and_no_other(readme):
    named = [row.split(" (in the menu")[0] for row in rows_below(readme, "page")]
    assert named == [page.title for page in PAGES]


def test_every_command_with_flags_that_it_has(readme, capsys):
    shown = re.findall(r"^    ([a-z][a-z-]*)", help_of(capsys), re.MULTILINE)
    named = []
    for row in rows_below(readme, "command"):
        command, *words = row.strip("`").removeprefix("python -m engine ").split()
        if command not in named:
            named.append(command)
        flags = re.findall(r"--[a-z0-9-]+", " ".join(words))
        assert set(flags) <= set(re.findall(r"--[a-z0-9-]+", help_of(capsys, command))), row
    assert sorted(named) == sorted(shown)


def test_every_folder_of_the_layout_and_every_room(readme):
    layout = readme.split("## Layout")[1].split("```")[1]
    names = re.findall(r"^( *)([\w./]+/|\w+\.py)  ", layout, re.MULTILINE)
    rooms = {name.strip("/") for indent, name in names if indent}
    assert rooms == {path.parent.name for path in (ROOT / "engine").glob("*/__init__.py")}
    tops = [name for indent, name in names if not indent]
    assert tops
    assert [name for name in tops if not (ROOT / name).exists()] == []


def test_the_pythons_are_those_of_the_package(readme):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest, newest = re.fullmatch(r">=([\d.]+),<3\.(\d+)", project["requires-python"]).groups()
    assert f"Python from {oldest} to 3.{int(newest) - 1} (" in readme
