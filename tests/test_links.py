"""The weekly look at sources: what does not answer is listed with an archived copy, what refuses programs is not."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from scripts.dataset import Dataset
from scripts.links import as_markdown, dead_links

from .conftest import copy_sample


class Web(http.server.BaseHTTPRequestHandler):
    """A small web: one page stands, one is gone, one refuses programs, and an archive knows the one that is gone."""

    def do_GET(self) -> None:
        """Answer by path."""
        status = {"/here": 200, "/gone": 404, "/refuses": 403}.get(self.path, 200)
        body = (
            b'{"archived_snapshots": {"closest": {"available": true, "url": "https://archive.example.org/gone"}}}'
            if self.path.startswith("/archive")
            else b"page"
        )
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    """The address of the small web."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def test_only_what_does_not_answer_is_listed_with_its_archived_copy(web: str, tmp_path):
    """404 is dead; 403 to a program is not; a port that nobody listens on is."""
    root = copy_sample(tmp_path / "root")
    path = root / "data" / "sources.csv"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("https://news.example.org/2025/09/10/drone?a=1", f"{web}/here"),
        ("https://news.example.org/2025/09/22/alarm", f"{web}/gone"),
        ("https://police.example.org/statement", f"{web}/refuses"),
        ("https://wire.example.org/item/7", "http://127.0.0.1:1/x"),
    ):
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    found = list(dead_links(Dataset.load(root), archive=f"{web}/archive?url="))
    assert [d.url for d in found] == [f"{web}/gone", "http://127.0.0.1:1/x"]
    assert found[0].archived == "https://archive.example.org/gone"
    assert "HTTP 404" in as_markdown(found)


def test_a_list_without_dead_links_is_empty():
    """The workflow opens no issue for nothing."""
    assert as_markdown([]) == ""
