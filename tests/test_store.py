"""A build takes the place of the last one in one step, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scripts.publish.store import Build, StoreError


def publish(base: Path, **files: bytes) -> Path:
    build = Build.begin(base)
    for name, data in files.items():
        build.put(f"{name}.txt", data)
    return build.publish()


def test_readers_see_the_last_site_until_the_next_is_whole(tmp_path: Path):
    """A half-written build is nobody's site."""
    publish(tmp_path, a=b"one")
    build = Build.begin(tmp_path)
    build.put("a.txt", b"two")
    assert (tmp_path / "site" / "a.txt").read_bytes() == b"one"
    build.publish()
    assert (tmp_path / "site" / "a.txt").read_bytes() == b"two"


def test_a_file_that_vanished_and_cannot_be_put_again_stops_the_build(tmp_path: Path):
    """A site with a hole in it is never put before readers."""
    for text in (b"one", b"two"):
        publish(tmp_path, a=text)
    build = Build.begin(tmp_path)
    build.adopt()
    build.put("a.txt", b"three")
    (build.folder / "a.txt").unlink()
    with pytest.raises(StoreError, match=r"a\.txt vanished"):
        build.publish()
    assert (tmp_path / "site" / "a.txt").read_bytes() == b"two"
    build.publish(lambda lost: [build.put(path, b"four") for path in lost] and None)
    assert (tmp_path / "site" / "a.txt").read_bytes() == b"four"


def test_an_abandoned_build_leaves_the_last_site(tmp_path: Path):
    """A fault in the middle costs nothing."""
    publish(tmp_path, a=b"one")
    build = Build.begin(tmp_path)
    build.put("a.txt", b"two")
    build.abandon()
    assert (tmp_path / "site" / "a.txt").read_bytes() == b"one"
    assert publish(tmp_path, a=b"three").exists()


def test_unchanged_files_are_shared_and_changed_ones_are_not(tmp_path: Path):
    """A link saves space and time, and is never edited in place."""
    first = publish(tmp_path, same=b"same", other=b"one")
    second = publish(tmp_path, same=b"same", other=b"two")
    assert os.path.samefile(first / "same.txt", second / "same.txt")
    assert (first / "other.txt").read_bytes() == b"one"


def test_two_builds_at_once_do_not_meet(tmp_path: Path):
    """Each has a folder of its own; the one that ends last is the site."""
    one, two = Build.begin(tmp_path), Build.begin(tmp_path)
    one.put("a.txt", b"one")
    two.put("a.txt", b"two")
    two.publish()
    one.publish()
    assert (tmp_path / "site" / "a.txt").read_bytes() == b"one"


def test_old_builds_are_removed_but_the_last_two(tmp_path: Path):
    """A hundred builds do not fill the disk."""
    for i in range(4):
        publish(tmp_path, a=str(i).encode())
    assert len([p for p in (tmp_path / ".build").iterdir() if p.is_dir()]) == 2


def test_a_third_build_goes_on_in_the_folder_of_the_first(tmp_path: Path):
    """What stands there need not be made again; what nobody claims is gone, and what readers have is not touched."""
    first = publish(tmp_path, same=b"same", once=b"once", other=b"one")
    at = (first / "same.txt").stat().st_ino
    second = publish(tmp_path, same=b"same", other=b"two")
    build = Build.begin(tmp_path)
    (build.folder / "page").mkdir()
    (build.folder / "page" / "index.html").write_bytes(b"as MkDocs writes")
    build.adopt()
    build.put("same.txt", b"same")
    build.put("other.txt", b"three")
    assert (tmp_path / "site" / "other.txt").read_bytes() == b"two"
    third = build.publish()
    assert (third / "same.txt").stat().st_ino == at and build.tally.written == 1
    assert sorted(p.name for p in third.rglob("*") if p.is_file()) == ["index.html", "other.txt", "same.txt"]
    assert (second / "other.txt").read_bytes() == b"two" and (third / "other.txt").read_bytes() == b"three"
    assert not first.exists() and not list((tmp_path / ".build").glob("*.spare"))


@pytest.mark.parametrize(("old", "new"), [("a/b.txt", "a"), ("a", "a/b.txt")])
def test_a_file_may_take_the_place_of_a_folder(tmp_path: Path, old: str, new: str):
    """And a folder that of a file, as MkDocs may write either."""
    for path in (old, old):
        build = Build.begin(tmp_path)
        build.put(path, b"old")
        build.publish()
    build = Build.begin(tmp_path)
    (build.folder / new).parent.mkdir(exist_ok=True)
    (build.folder / new).write_bytes(b"new")
    build.adopt()
    folder = build.publish()
    assert [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()] == [new]


@pytest.mark.parametrize("path", ["../out.txt", "/etc/x", "a/../../x", "a\\..\\x"])
def test_no_published_path_leaves_the_site(tmp_path: Path, path: str):
    """An id with a path in it writes nowhere."""
    build = Build.begin(tmp_path)
    with pytest.raises(StoreError):
        build.put(path, b"x")


def test_a_folder_of_the_users_own_is_not_overwritten(tmp_path: Path):
    """`site` that is no link of ours is somebody's work."""
    (tmp_path / "site").mkdir()
    with pytest.raises(StoreError, match="move it away"):
        Build.begin(tmp_path)
