"""The dashboard in a real browser: fresh server, deep links, uploads; no error may show."""

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from engine.measures.comparison import load_comparison
from engine.scenes import RANGES
from engine.views.report import save_report
from pages.ui.navigation import ERRORS, LIVE_PREDICTION, OVERVIEW, PAGES, offered
from tests.server import browser, dashboard

TIMEOUT = 120_000  # ms; a loaded machine imports slowly
expect.set_options(timeout=TIMEOUT)
PHONE = {"width": 390, "height": 844}
PROJECTOR = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def chromium():
    with browser() as opened:
        yield opened


@pytest.fixture
def server():
    with dashboard() as (address, _):
        yield address


@pytest.fixture
def page(chromium):
    """A page that fails its test on any console error, page error or exception box."""
    context = chromium.new_context(viewport=PROJECTOR)
    context.set_default_timeout(TIMEOUT)
    opened = context.new_page()
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.extend(_error(message)))
    yield opened
    boxes = opened.get_by_test_id("stException").count()
    context.close()
    assert errors == []
    assert boxes == 0


def _error(message) -> list[str]:
    # Streamlit's front end looks for its server below a deep link first: its own 404, no error.
    probe = "/_stcore/" in message.location.get("url", "") and "404" in message.text
    return [message.text] if message.type == "error" and not probe else []


def _wait(page) -> None:
    """Until the script has run to its end."""
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')"
        "?.getAttribute('data-test-script-state') === 'notRunning'"
    )


def _url(server: str, page_link) -> str:
    path = "" if page_link is OVERVIEW else page_link.path.removesuffix(".py").split("/")[-1]
    return f"{server}/{path}?data_set=clothing"


@pytest.mark.parametrize("page_link", PAGES, ids=lambda link: link.title)
def test_deep_link_on_a_fresh_server(server, page, page_link):
    page.goto(_url(server, page_link))
    expect(page.get_by_role("heading", name=page_link.title, exact=True)).to_be_visible()
    _wait(page)
    expect(page).to_have_title(f"{page_link.title} · Scratch vs Transfer")
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def test_menu_leads_through_all_pages(server, page):
    page.goto(_url(server, OVERVIEW))
    for link in offered("clothing"):
        page.get_by_test_id("stSidebar").get_by_role("link", name=link.title, exact=True).click()
        expect(page.get_by_role("heading", name=link.title, exact=True)).to_be_visible()
        _wait(page)
        expect(page).to_have_url(_url(server, link))


def test_the_data_set_goes_along_and_back(server, page):
    page.goto(f"{server}/?data_set=scenes")
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name="Data set")
    for link in (ERRORS, LIVE_PREDICTION):
        page.get_by_test_id("stSidebar").get_by_role("link", name=link.title, exact=True).click()
        expect(page.get_by_role("heading", name=link.title, exact=True)).to_be_visible()
        _wait(page)
        expect(box).to_have_value("scenes")
        expect(page).to_have_url(re.compile(r"data_set=scenes"))
    page.go_back()
    expect(page.get_by_role("heading", name=ERRORS.title, exact=True)).to_be_visible()
    _wait(page)
    expect(box).to_have_value("scenes")


def test_a_tile_leads_to_its_photos(server, page):
    page.goto(_url(server, OVERVIEW))
    page.get_by_role("link", name="See them").nth(1).click()
    expect(page.get_by_role("heading", name=ERRORS.title, exact=True)).to_be_visible()
    _wait(page)
    expect(page.get_by_role("radio", name="Only scratch right")).to_be_checked()


def test_pages_fit_a_phone(server, page):
    page.set_viewport_size(PHONE)
    for link in PAGES:
        page.goto(_url(server, link))
        expect(page.get_by_role("heading", name=link.title, exact=True)).to_be_visible()
        _wait(page)
        too_wide = page.evaluate(
            "() => document.querySelector('[data-testid=stMain]').scrollWidth > innerWidth"
        )
        assert not too_wide, f"{link.title} has to be scrolled sideways"


def test_a_slider_changes_the_answers(server, page):
    page.goto(f"{server}/stress_test?data_set=scenes&scene=stadium")
    answers = page.get_by_test_id("stProgress")
    expect(answers).to_have_count(3)
    _wait(page)
    before = answers.first.inner_text()
    picture = page.get_by_test_id("stImage").locator("img")
    upright = picture.get_attribute("src")
    page.get_by_role("slider", name=RANGES["rotation"].title).press("End")
    expect(page).to_have_url(re.compile("rotation=180"))
    expect(picture).not_to_have_attribute("src", upright)
    # ResNet50 stays as sure of a stadium upside down as of any: the network from scratch does not.
    expect(answers.first).not_to_have_text(before)


def test_uploaded_photo_gets_both_answers(server, page):
    page.goto(_url(server, LIVE_PREDICTION))
    expect(page.get_by_test_id("stFileUploader")).to_be_visible()
    page.locator("input[type=file]").set_input_files(
        {"name": "shirt.png", "mimeType": "image/png", "buffer": _drawn_shirt()}
    )
    expect(page.get_by_text("% sure")).to_have_count(2)
    _wait(page)


def test_upload_that_is_no_photo_gets_one_sentence(server, page):
    page.goto(_url(server, LIVE_PREDICTION))
    page.locator("input[type=file]").set_input_files(
        {"name": "text.jpg", "mimeType": "image/jpeg", "buffer": b"no photo at all"}
    )
    expect(page.get_by_text("Cannot read text.jpg")).to_have_count(1)
    _wait(page)


def test_charts_tables_and_the_report_are_downloaded(server, page):
    page.goto(_url(server, OVERVIEW))
    _wait(page)
    chart = page.get_by_test_id("stPlotlyChart").first
    # Plotly names the format in the title of the button if it is PNG: so the chart has taken it.
    for chosen, start, title in (
        ("PNG", b"\x89PNG", "Download plot as a PNG"),
        ("SVG", b"<svg", "Download plot"),
    ):
        page.get_by_test_id("stSidebar").get_by_role("radio", name=chosen).click()
        _wait(page)
        chart.hover()
        content = _downloaded(page, chart.locator(f"[data-title='{title}']"))
        assert content[f"clothing-accuracy.{chosen.lower()}"].startswith(start)
    content = _downloaded(page, page.locator(".st-key-csv_what-it-took").get_by_role("button"))
    assert content["clothing-what-it-took.csv"].startswith(b"model,run,parameters")
    content = _downloaded(page, page.get_by_role("button", name="Download the report"))
    assert content["clothing-report.html"].startswith(b"<!DOCTYPE html>")
    # The choice of SVG stays for the visit.
    page.get_by_test_id("stSidebar").get_by_role("link", name=ERRORS.title).click()
    expect(page.get_by_role("heading", name=ERRORS.title, exact=True)).to_be_visible()
    _wait(page)
    chart.hover()
    assert list(_downloaded(page, chart.locator("[data-title^='Download plot']"))) == [
        "clothing-matrix-scratch.svg"
    ]


def _downloaded(page, button) -> dict[str, bytes]:
    with page.expect_download() as download:
        button.click()
    return {download.value.suggested_filename: download.value.path().read_bytes()}


REPORTS = {"light": PROJECTOR, "dark": PHONE}


@pytest.mark.parametrize("scheme", REPORTS)
def test_the_report_opens_without_a_network(chromium, tmp_path, scheme):
    path = tmp_path / "report.html"
    save_report(load_comparison("clothing"), path)
    context = chromium.new_context(
        viewport=REPORTS[scheme], color_scheme=scheme, has_touch=scheme == "dark", offline=True
    )
    context.set_default_timeout(TIMEOUT)
    page, said, fetched = context.new_page(), [], []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_function("() => document.documentElement.dataset.charts")
    boxes = page.locator(".chart").count()
    assert boxes > 10
    # The first of the drawings in a chart is its axes and lines.
    assert page.locator(".chart .main-svg:first-child").count() == boxes
    assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    ink = page.locator(".chart .gtitle").first.evaluate("one => getComputedStyle(one).fill")
    assert (paper, ink) == {
        "light": ("rgb(255, 255, 255)", "rgb(27, 31, 39)"),
        "dark": ("rgb(17, 20, 26)", "rgb(237, 240, 244)"),
    }[scheme]
    context.close()
    assert said == []
    assert all(one.startswith(("file:", "data:", "blob:")) for one in fetched)


def _drawn_shirt() -> bytes:
    photo = Image.new("RGB", (400, 533), "white")
    draw = ImageDraw.Draw(photo)
    draw.polygon([(80, 120), (320, 120), (390, 220), (320, 250), (320, 480), (80, 480)], "navy")
    file = io.BytesIO()
    photo.save(file, "PNG")
    return file.getvalue()
