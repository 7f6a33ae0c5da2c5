"""Owns `build` and `serve`: MkDocs run in this process, a local server, and building again on change."""

from __future__ import annotations

import functools
import http.server
import logging
import sys
import threading
import time
from pathlib import Path

import click
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from .dataset import ROOT
from .publish.store import LINK

WATCHED = ("data", "schema", "docs", "scripts", "mkdocs.yml", "datapackage.json")
QUIET_SECONDS = 0.5


def build_once(root: Path = ROOT) -> bool:
    """Build the site; False, with the reason printed, if it could not be built (the last site stays)."""
    started = time.perf_counter()
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    # MkDocs' strict mode counts warnings of its own log; ours are printed by `check`.
    config = load_config(str(root / "mkdocs.yml"))
    try:
        config.plugins.on_startup(command="build", dirty=False)
        mkdocs_build(config)
    except MkDocsException as error:
        click.echo(str(error), err=True)
        return False
    finally:
        config.plugins.on_shutdown()
    click.echo(f"built site/ in {time.perf_counter() - started:.1f} s")
    return True


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files quietly, with types that browsers want, and 404.html where nothing stands."""

    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".geojson": "application/geo+json",
        ".parquet": "application/vnd.apache.parquet",
        ".webmanifest": "application/manifest+json",
    }

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing; the terminal is for builds."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer 404 with the site's own page."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server of a folder on localhost, at `port` or, if that is taken, at a free one."""
    handler = functools.partial(_Handler, directory=str(folder))
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        return http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)


def serve(port: int) -> None:
    """Build, serve and watch until interrupted; a failed build keeps the last site served."""
    # Imported here: only this verb watches.
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    if not build_once() and not (ROOT / LINK).exists():
        sys.exit(1)
    changed = threading.Event()

    class Watch(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if event.event_type not in ("opened", "closed_no_write") and "__pycache__" not in str(event.src_path):
                changed.set()

    observer = Observer()
    for name in WATCHED:
        observer.schedule(Watch(), str(ROOT / name), recursive=True)
    observer.start()
    web = server(ROOT / LINK, port)
    click.echo(f"serving http://127.0.0.1:{web.server_address[1]}/ (Ctrl-C ends)")
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        while True:
            changed.wait()
            time.sleep(QUIET_SECONDS)
            changed.clear()
            rebuild()
    except KeyboardInterrupt:
        click.echo("ended")
    finally:
        observer.stop()
        web.shutdown()


def rebuild() -> None:
    """Build in a process of its own, so that changed code and templates are read anew."""
    import subprocess

    subprocess.run([sys.executable, "-m", "scripts", "build"], cwd=ROOT, check=False)
