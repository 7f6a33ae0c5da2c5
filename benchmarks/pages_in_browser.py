"""Measures each kind of page in Chromium as on a slow phone: bytes, requests, largest paint, blocking time, layout shift.

    .venv/bin/python -m benchmarks.pages_in_browser [folder of a built site] [runs]

1.6 Mbit/s, 150 ms a round trip, CPU four times slower, empty cache, 360 px; served compressed, as hosts do. The median of the
runs is printed; budgets are those of DESIGN.md, and a broken one makes the exit code 1.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.browsing import NARROW, Visit, chromium, kinds

ROOT = Path(__file__).resolve().parent.parent
BITS, LATENCY_MS, SLOWER = 1_600_000, 150, 4
LARGEST_PAINT_MS, INCIDENT_KB, EXPLORER_KB = 1500, 100, 350
SHARED = ("/assets/",)

OBSERVE = """
window.seen = { paint: 0, block: 0, shift: 0 };
new PerformanceObserver(l => { for (const e of l.getEntries()) window.seen.paint = e.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
new PerformanceObserver(l => { for (const e of l.getEntries()) window.seen.block += Math.max(0, e.duration - 50); }).observe({ type: 'longtask', buffered: true });
new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) window.seen.shift += e.value; }).observe({ type: 'layout-shift', buffered: true });
"""


class _Compressed(http.server.SimpleHTTPRequestHandler):
    """Serves files with gzip, as GitHub Pages and every common host do."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with the file, compressed."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        body = _body(path)
        self.send_response(200 if path.is_file() else 404)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@functools.cache
def _body(path: Path) -> bytes:
    return gzip.compress(path.read_bytes() if path.is_file() else b"", 6, mtime=0)


@contextmanager
def compressed(folder: Path) -> Iterator[str]:
    """A folder served with compression: its address."""
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Compressed, directory=str(folder)))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{web.server_address[1]}/"
    finally:
        web.shutdown()
        web.server_close()


def measure(browser: Browser, address: str, path: str) -> dict[str, float]:
    """One visit with an empty cache: kilobytes in all and of the page's own, requests, and the browser's measures in ms."""
    visit = Visit.of(browser, address, viewport=NARROW)
    client = visit.context.new_cdp_session(visit.page)
    client.send("Network.enable")
    client.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BITS / 8, "uploadThroughput": BITS / 8},
    )
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    urls: dict[str, str] = {}
    sizes: dict[str, float] = {}
    client.on("Network.requestWillBeSent", lambda e: urls.update({e["requestId"]: e["request"]["url"]}))
    client.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    visit.context.add_init_script(OBSERVE)
    page = visit.open(path)
    page.wait_for_timeout(500)
    seen: dict[str, Any] = page.evaluate("window.seen")
    visit.context.close()
    code = sum(n for i, n in sizes.items() if urls.get(i, "").split("?")[0].endswith((".js", ".css")))
    own = sum(n for i, n in sizes.items() if not any(s in urls.get(i, "") for s in SHARED))
    return {"kB": sum(sizes.values()) / 1000, "own": own / 1000, "code": code / 1000, "requests": len(sizes), **seen}


def main(folder: Path, runs: int) -> int:
    """Print a line a kind of page; 1 if a budget is broken."""
    broken = []
    print(f"{'page':14} {'kB':>6} {'own kB':>7} {'code kB':>8} {'requests':>8} {'largest paint':>13} {'blocking':>9} {'shift':>6}")
    with compressed(folder) as address, chromium() as browser:
        for name, path in kinds(ROOT).items():
            found = [measure(browser, address, path) for _ in range(runs)]
            m = {k: statistics.median(f[k] for f in found) for k in found[0]}
            print(
                f"{name:14} {m['kB']:6.0f} {m['own']:7.1f} {m['code']:8.0f} {m['requests']:8.0f} {m['paint']:10.0f} ms {m['block']:6.0f} ms {m['shift']:6.3f}",
                flush=True,
            )
            if name in ("incident", "refuted", "bare") and (m["own"] >= INCIDENT_KB or m["paint"] >= LARGEST_PAINT_MS):
                broken.append(name)
            if name == "explore" and m["code"] >= EXPLORER_KB:
                broken.append(name)
    print(
        f"budgets: incident page under {INCIDENT_KB} kB of its own and {LARGEST_PAINT_MS} ms, explorer under {EXPLORER_KB} kB of script and style: {'broken by ' + ', '.join(broken) if broken else 'kept'}"
    )
    return int(bool(broken))


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(Path(arguments[0] if arguments else "site").resolve(), int(arguments[1]) if len(arguments) > 1 else 3))
