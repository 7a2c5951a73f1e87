"""A Streamlit server in a process of its own, and Chromium: for browser tests and benchmark."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

SERVER_FLAGS = (
    "--server.headless=true",
    "--server.address=127.0.0.1",
)


@contextlib.contextmanager
def dashboard(script: Path = PROJECT / "streamlit_app.py", environment: dict | None = None):
    """Start a fresh server; give its address and process; end it.

    Args:
        script: The Streamlit script to serve.
        environment: Further environment variables.

    Raises:
        RuntimeError: If the server ends before it answers.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, *SERVER_FLAGS, f"--server.port={port}"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for line in process.stdout:  # it prints its address when it is ready to answer
            if "URL:" in line:
                break
        else:
            raise RuntimeError("The Streamlit server ended before it answered.")
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.communicate(timeout=30)


CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextlib.contextmanager
def browser():
    """The machine's Chromium, headless, driven by Playwright.

    Raises:
        RuntimeError: If there is none; `apt-get install chromium` brings it.
    """
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise RuntimeError("The browser tests need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        try:
            yield opened
        finally:
            opened.close()
