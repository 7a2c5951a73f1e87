"""Fetch one file over HTTP: whole, or not at all."""

import contextlib
import hashlib
import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO

from engine.disk.atomic import atomic_file
from engine.errors import EngineError
from engine.progress import Progress

#: Seconds without a single byte after which a server counts as gone.
TIMEOUT_SECONDS = 30
_BLOCK = 2**18


def download(
    url: str,
    into_file: Path,
    max_bytes: int,
    progress: Progress | None = None,
    md5: str = "",
) -> None:
    """Download `url` to `into_file`, which appears only when it is complete.

    Args:
        url: Address, `http://` or `https://`.
        into_file: The file that is written; an existing one is replaced at the end.
        max_bytes: Largest size that is accepted.
        progress: Told how many bytes have come.
        md5: What the file's md5 must be, 32 hexadecimal digits; empty if any will do.

    Raises:
        EngineError: If the server cannot be reached, refuses, sends too much, too little or
            another file.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise EngineError(f"The address must start with http:// or https://. Received: {url}")
    with atomic_file(Path(into_file), durable=False) as file:
        _receive(url, file, max_bytes, progress or Progress(), md5)


def _receive(url: str, file: BinaryIO, max_bytes: int, progress: Progress, md5: str) -> None:
    progress.stage("download", "Downloading", unit="bytes")
    hint = "check the connection, or pass a copy of the file with --archive."
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "scratch-vs-transfer"})
        with contextlib.closing(urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)) as answer:
            length = answer.headers.get("Content-Length", "")
            in_all = int(length) if length.isdecimal() else None
            done = 0
            digest = hashlib.md5(usedforsecurity=False)
            _check_size(url, in_all or 0, max_bytes)
            while block := answer.read(_BLOCK):
                done += len(block)
                _check_size(url, done, max_bytes)
                file.write(block)
                digest.update(block)
                progress.update(done, in_all)
    except EngineError:
        raise
    except urllib.error.HTTPError as error:
        error.close()
        raise EngineError(
            f"The server answered {error.code} ({error.reason}) instead of the file {url}: {hint}"
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise EngineError(f"The file {url} could not be downloaded ({reason}): {hint}") from error
    if in_all is not None and done != in_all:
        raise EngineError(
            f"The download of {url} ended after {done} of {in_all} bytes: try again, or pass a "
            "copy of the file with --archive."
        )
    # What its publisher lists, to tell a damaged download; the photos have a sha256 of their own.
    if md5 and digest.hexdigest() != md5:
        raise EngineError(
            f"The download of {url} must have the md5 {md5}: try again, or pass a copy of the file "
            f"with --archive. Received: {digest.hexdigest()}"
        )


def _check_size(url: str, count: int, limit: int) -> None:
    if count > limit:
        raise EngineError(
            f"The download of {url} must have at most {limit} bytes. Received: {count} or more"
        )
