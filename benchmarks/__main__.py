"""`python -m benchmarks scale --incidents 500,2000 --json`: measures the build and the check beside other tools."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from scripts.dataset import ROOT

from . import faults, scale


def main() -> None:
    """Read the command line and run one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    size = verbs.add_parser("scale", help="cold build, one changed row, check, memory, against MkDocs and Hugo")
    size.add_argument("--incidents", default="500,2000", help="sizes, by commas")
    size.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    size.add_argument("--only-ours", action="store_true", help="leave MkDocs and Hugo out")
    kill = verbs.add_parser("faults", help="kill the build at random moments, and look whether the last good site stays")
    kill.add_argument("--times", type=int, default=100)
    for each in (size, kill):
        each.add_argument("--root", type=Path, default=ROOT, help="the record that incidents are drawn from")
    arguments = parser.parse_args()
    if arguments.verb == "faults":
        print(json.dumps(faults.run(arguments.root, arguments.times)))
        return
    found = scale.run(arguments.root, [int(n) for n in arguments.incidents.split(",")], not arguments.only_ours, sys.stderr)
    print(json.dumps(found, indent=None if arguments.json else 1))


if __name__ == "__main__":
    main()
