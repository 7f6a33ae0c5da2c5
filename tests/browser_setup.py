"""Finds a Chromium for the browser tests, or installs one: from the system's packages, or Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> str | None:
    """The path of a Chromium: CHROMIUM first, then the PATH, then Playwright's own download."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    on_path = next((p for n in NAMES if (p := shutil.which(n))), None)
    return on_path or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install() -> None:
    """Install a Chromium; raises CalledProcessError if neither way works."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        if (
            subprocess.run(["apt-get", "update"], check=False, **quiet).returncode == 0
            and subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], check=False, **quiet).returncode == 0
        ):
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=True)


if __name__ == "__main__":
    if not find():
        print("no Chromium found; installing one for the browser tests")
        install()
    print(f"browser tests use {find()}")
