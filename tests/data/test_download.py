import contextlib
import hashlib
import http.server
import threading

import pytest

from engine.data import download as download_module
from engine.data.download import download
from engine.errors import EngineError
from tests.told import counted_to

CONTENT = bytes(range(256)) * 4000  # several blocks


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with CONTENT, or badly, as the path says."""

    def do_GET(self):
        if self.path == "/missing.zip":
            self.send_error(404)
        elif self.path == "/moved.zip":
            self.send_response(302)
            self.send_header("Location", "/whole.zip")
            self.end_headers()
        elif self.path == "/silent.zip":
            self.server.released.wait(20)
        else:
            self.send_response(200)
            if self.path != "/unmeasured.zip":
                self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # an interrupted client hangs up
                self.wfile.write(CONTENT[:-1000] if self.path == "/short.zip" else CONTENT)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.released = threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def refused(url, folder, match, max_bytes=10**7, md5=""):
    with pytest.raises(EngineError, match=match) as caught:
        download(url, folder / "file.zip", max_bytes, md5=md5)
    assert "\n" not in str(caught.value)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["whole.zip", "moved.zip", "unmeasured.zip"])
def test_downloads_a_file(server, tmp_path, name):
    calls = []
    download(f"{server}/{name}", tmp_path / "file.zip", 10**7, counted_to(calls.append))
    assert (tmp_path / "file.zip").read_bytes() == CONTENT
    assert [one.name for one in tmp_path.iterdir()] == ["file.zip"]
    in_all = None if name == "unmeasured.zip" else len(CONTENT)
    assert calls[-1] == (len(CONTENT), in_all, "download")
    assert len(calls) > 1


def test_refuses_what_the_server_refuses(server, tmp_path):
    refused(f"{server}/missing.zip", tmp_path, r"answered 404 \(Not Found\)")


def test_refuses_a_short_answer(server, tmp_path):
    refused(f"{server}/short.zip", tmp_path, f"after {len(CONTENT) - 1000} of {len(CONTENT)} bytes")


@pytest.mark.parametrize("name", ["whole.zip", "unmeasured.zip"])
def test_refuses_too_much(server, tmp_path, name):
    refused(f"{server}/{name}", tmp_path, "at most 500000 bytes", max_bytes=500_000)


def test_refuses_another_file_than_its_publisher_lists(server, tmp_path):
    md5 = hashlib.md5(CONTENT).hexdigest()
    download(f"{server}/whole.zip", tmp_path / "file.zip", 10**7, md5=md5)
    (tmp_path / "file.zip").unlink()
    other = "0" * 32
    refused(f"{server}/whole.zip", tmp_path, f"md5 {other}: .* Received: {md5}", md5=other)


def test_gives_up_on_a_silent_server(server, tmp_path, monkeypatch):
    monkeypatch.setattr(download_module, "TIMEOUT_SECONDS", 0.1)
    refused(f"{server}/silent.zip", tmp_path, "could not be downloaded .*timed out")


def test_refuses_without_a_server(tmp_path):
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as closed:
        url = f"http://127.0.0.1:{closed.server_port}/file.zip"
    refused(url, tmp_path, "could not be downloaded .*refused")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/a.zip", "photos.zip", ""])
def test_refuses_other_addresses(tmp_path, url):
    refused(url, tmp_path, "must start with http")


def test_refuses_a_malformed_address(tmp_path):
    refused("http://[::/a.zip", tmp_path, "could not be downloaded")


def test_an_interruption_leaves_nothing_and_can_be_repeated(server, tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(f"{server}/whole.zip", tmp_path / "file.zip", 10**7, counted_to(interrupt))
    assert list(tmp_path.iterdir()) == []
    download(f"{server}/whole.zip", tmp_path / "file.zip", 10**7)
    assert (tmp_path / "file.zip").read_bytes() == CONTENT
