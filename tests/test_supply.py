"""What we build with is fixed by hash, freely licensed, and needs no network once it is installed."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, copy_sample

LOCKS = ("requirements.txt", "requirements-dev.txt")
ACCEPTED = Path(__file__).parent / "accepted_findings.csv"
"""A finding is accepted in writing: package, finding (a licence, or an id such as GHSA-…), reason, day. It lasts a year."""

# Free licences under which a tool may be used and its output published; words as metadata has them.
FREE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|Unlicense|0BSD|Zlib|HPND|CC0|Public Domain|LGPL|Lesser General Public|BlueOak|WTFPL|Artistic|CC-BY|PIL|NCSA|Unicode)\b",
    re.I,
)
OURS = ("airspace-incursion-record", "pip", "setuptools", "wheel")


def accepted() -> set[tuple[str, str]]:
    """The findings that are accepted today."""
    with ACCEPTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    year_ago = (dt.date.today() - dt.timedelta(days=366)).isoformat()
    assert all(r["reason"].strip() for r in rows), "a finding is accepted with a reason"
    return {(r["package"], r["finding"]) for r in rows if r["accepted_on"] > year_ago}


def licence(package: Distribution) -> str:
    """What a package says of its licence: expression, classifiers, or the old field's first line."""
    meta = package.metadata
    classified = [c for c in meta.get_all("Classifier") or [] if c.startswith("License ::")]
    return " ; ".join([meta.get("License-Expression") or "", *classified, (meta.get("License") or "").strip().split("\n")[0]]).strip(" ;")


def pinned(name: str) -> dict[str, set[str]]:
    """Each package of a lock file, and its versions (one for each range of Pythons)."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for match in re.finditer(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.M):
        found.setdefault(match[1].lower().replace("_", "-"), set()).add(match[2])
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_python_package_is_fixed_by_version_and_hash(name: str):
    """No requirement without a sum: a changed file at the registry would not install."""
    text = (REPOSITORY / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith(("#", "-c "))]
    assert len(lines) > 15
    for line in lines:
        assert "==" in line and re.search(r"--hash=sha256:[0-9a-f]{64}", line), line[:80]


def test_every_npm_package_has_an_integrity_sum_and_runs_no_script():
    """The lock file has a sum for each package; install scripts are off, in the Makefile and by .npmrc."""
    packages = json.loads((REPOSITORY / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    named = {k: v for k, v in packages.items() if k}
    assert named and all(re.match(r"sha512-", v["integrity"]) for v in named.values())
    installs = [line for line in (REPOSITORY / "Makefile").read_text(encoding="utf-8").split("\n") if "npm ci" in line]
    assert installs and all("--ignore-scripts" in line for line in installs)


@pytest.mark.parametrize(
    "name", [*LOCKS, "requirements.in", "requirements-dev.in", "package-lock.json", "package.json", ".npmrc", "Makefile", "pyproject.toml"]
)
def test_no_lock_file_names_a_registry(name: str):
    """Where packages come from is the installing machine's affair: sums decide, not addresses."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    # Whom a package asks for money is no place that anything comes from.
    text = re.sub(r'"funding": (\{[^}]*\}|\[[^\]]*\]|"[^"]*")', "", text)
    assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links|\bfile:|\"resolved\"", text), name


def test_what_is_installed_is_what_is_locked():
    """The tests run with the very versions of the lock files."""
    locked = {**pinned(LOCKS[0]), **pinned(LOCKS[1])}
    installed = {d.metadata["Name"].lower().replace("_", "-"): d.version for d in distributions()}
    differing = {n: (v, locked[n]) for n, v in installed.items() if n in locked and v not in locked[n]}
    assert differing == {} and len(locked.keys() & installed.keys()) > 40


def test_every_licence_is_free_or_accepted_in_writing():
    """A package under another licence, or with none, fails here until tests/accepted_findings.csv says why it may stay."""
    locked, excused = {**pinned(LOCKS[0]), **pinned(LOCKS[1])}, accepted()
    found = {}
    for package in distributions():
        name = package.metadata["Name"].lower().replace("_", "-")
        said = licence(package) or "says nothing"
        if name in locked and name not in OURS and not FREE.search(said) and (name, said) not in excused:
            found[name] = said
    assert found == {}, f"accept in {ACCEPTED.name}, or replace: {found}"


def test_npm_packages_are_free():
    """The browser's libraries are published with the site, so only licences that allow it."""
    for path in (REPOSITORY / "node_modules").glob("*/package.json"):
        package = json.loads(path.read_text(encoding="utf-8"))
        assert FREE.search(str(package.get("license", ""))) or (package["name"], str(package.get("license"))) in accepted(), (
            package["name"],
            package.get("license"),
        )


def test_a_licence_that_is_not_free_would_be_seen():
    """The pattern refuses what it must."""
    for text in ("Proprietary", "", "GPL-3.0-only", "SSPL", "BUSL-1.1", "All rights reserved", "UNKNOWN", "AGPL-3.0"):
        assert not FREE.search(text), text


def test_a_site_is_built_with_the_network_cut(tmp_path: Path):
    """Once the environment stands, a build asks nobody: in a network of its own with nothing in it, or with sockets refused."""
    root = copy_sample(tmp_path / "root")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path / "site")]
    cut = shutil.which("unshare")
    alone = (
        [cut, "--net", "--"] if cut and subprocess.run([cut, "--net", "true"], capture_output=True, check=False).returncode == 0 else None
    )
    if alone is None:
        program = "import socket, runpy, sys\ndef no(*a, **k): raise OSError('the network is cut')\nsocket.socket.connect = socket.getaddrinfo = no\nsys.argv = sys.argv[1:]\nrunpy.run_module('mkdocs', run_name='__main__')"
        command = [sys.executable, "-c", program, *command[2:]]
    done = subprocess.run(
        [*(alone or []), *command], cwd=REPOSITORY, env={**os.environ, "AIR_ROOT": str(root)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert (tmp_path / "site" / "incidents" / "AIR-2025-0001" / "index.html").is_file()


def test_known_flaws_are_none_or_accepted():
    """`pip-audit` over the lock file, where it is installed and can reach its database."""
    tool = shutil.which("pip-audit")
    if not tool:
        pytest.skip("pip-audit is not installed: `uv tool install pip-audit`")
    done = subprocess.run(
        [tool, "--disable-pip", "--require-hashes", "-r", str(REPOSITORY / "requirements.txt"), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout.startswith("{"):
        pytest.skip("the database of flaws cannot be reached from here")
    found = {(d["name"], v["id"]) for d in json.loads(done.stdout)["dependencies"] for v in d.get("vulns", [])}
    assert found - accepted() == set()
