"""A class's ten minutes in a real browser: bring photos, train, watch, and look at the errors."""

import io
import shutil
import zipfile

import numpy as np
import pytest
from playwright.sync_api import expect

from engine.data.images import encode_png
from engine.disk import paths
from pages.ui.navigation import ERRORS, TRAIN
from tests.browser.test_pages import PHONE, chromium, page  # noqa: F401  fixtures
from tests.server import PROJECT, dashboard

COLOURS = {"red": (200, 40, 40), "green": (40, 180, 40), "blue": (40, 40, 200)}


def zip_of_colours(per_class=10) -> bytes:
    generator = np.random.default_rng(0)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, colour in COLOURS.items():
            for number in range(per_class):
                noise = generator.integers(-30, 30, (48, 48, 3))
                photo = np.clip(np.array(colour) + noise, 0, 255).astype("uint8")
                archive.writestr(f"{name}/{number}.png", encode_png(photo))
    return content.getvalue()


@pytest.fixture
def server(tmp_path):
    """A server with folders of its own, in which nothing but the index of the scenes lies."""
    artifacts = tmp_path / "artifacts"
    index = artifacts / "published" / "scenes"
    index.mkdir(parents=True)
    for file in ("data_set.json", "photos.csv"):
        shutil.copy(PROJECT / "artifacts" / "published" / "scenes" / file, index)
    with dashboard(environment={paths.ARTIFACTS_VARIABLE: str(artifacts)}) as (address, _):
        yield address


def test_from_a_zip_to_the_errors_of_a_model(server, page):  # noqa: F811
    page.goto(f"{server}/train")
    zip_file = {"name": "colours.zip", "mimeType": "application/zip", "buffer": zip_of_colours()}
    page.get_by_test_id("stMain").locator("input[type=file]").set_input_files(zip_file)
    page.get_by_role("button", name="Import this file").click()
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name="Data set")
    expect(box).to_have_value("colours")
    page.get_by_role("radio", name="CNN from scratch").click()
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", name="3. Watch")).to_be_visible()
    # Closing the browser changes nothing.
    page.reload()
    expect(page.get_by_text("Accuracy while they learn")).to_be_visible()
    page.get_by_role("link", name="See its errors").click()
    expect(page.get_by_role("heading", name=ERRORS.title, exact=True)).to_be_visible()
    expect(box).to_have_value("colours")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_the_page_fits_a_phone(server, page):  # noqa: F811
    page.set_viewport_size(PHONE)
    for way in ("A zip file", "NumPy arrays", "Collect here"):
        page.goto(f"{server}/train?way={way}")
        expect(page.get_by_role("heading", name=TRAIN.title, exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Start training")).to_be_visible()
        width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert width <= PHONE["width"]
