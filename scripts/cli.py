"""Owns the command line: one verb a function, whose docstring is its help; only here are problems printed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from .dataset import ROOT, Dataset
from .geography import ShapesMissing
from .problem import ERROR, WARNING, Problem
from .schema import SchemaError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The Airspace Incursion Record: check the tables, mend them, and publish the site."""


root_option = click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False, exists=True), default=ROOT, help="The folder that holds datapackage.json."
)


@main.command()
@root_option
@click.option("--proposal", is_flag=True, help="Admit placeholder ids (AIR-NEW-…), as a pull request carries them.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    help="For people, for annotations on GitHub, or for programs.",
)
@click.option("--errors", is_flag=True, help="Show errors alone; warnings are only counted.")
def check(root: Path, proposal: bool, form: str, errors: bool) -> None:
    """Check every table against its schema and the rules; exit with 1 if there is any error."""
    from . import rules

    try:
        problems = rules.check(Dataset.load(root), proposal)
    except (SchemaError, ShapesMissing) as error:
        raise click.ClickException(str(error)) from error
    show(problems, form, errors)
    if any(p.level == ERROR for p in problems):
        sys.exit(1)


def show(problems: list[Problem], form: str, errors: bool = False) -> None:
    """Print problems as text, as GitHub annotations, or as one JSON list; with `errors`, those alone."""
    # Errors last, where a terminal shows them first: they are what keeps a change from being taken.
    shown = [p for level in (WARNING, ERROR) for p in problems if p.level == level and (level == ERROR or not errors)]
    if form == "json":
        click.echo(json.dumps([vars(p) for p in shown], ensure_ascii=False, indent=1))
        return
    for problem in shown:
        click.echo(str(problem) if form == "text" else annotation(problem))
    if form == "text":
        levels = Counter(p.level for p in problems)
        click.echo(f"{levels['error']} errors, {levels['warning']} warnings")


def annotation(problem: Problem) -> str:
    """A problem as a workflow command; data is escaped so that a cell cannot end the command."""

    def safe(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    message = safe(str(problem))
    return f"::{problem.level} file={safe(problem.path)},line={max(problem.line, 1)},title={safe(problem.rule)}::{message}"


@main.command()
@root_option
@click.option("--keep-placeholders", is_flag=True, help="Do not mint ids for AIR-NEW-… records.")
@click.option(
    "--against",
    default="",
    metavar="BRANCH",
    help="Mint past the numbers of the branch that this is for, and anew where it has given one to another record.",
)
def fix(root: Path, keep_placeholders: bool, against: str) -> None:
    """Put the tables into canonical form and mint ids; never change a fact."""
    from .fix import Base
    from .fix import fix as mend
    from .git import NoHistory

    try:
        said = mend(root, mint=not keep_placeholders, base=Base.of(root, against) if against else None)
    except NoHistory as error:
        raise click.ClickException(f"{against}: {error}") from error
    except (SchemaError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(said) or "nothing to mend")


@main.command()
@root_option
@click.argument("drafts", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False, exists=True))
def merge(root: Path, drafts: tuple[Path, ...]) -> None:
    """Join draft folders (the same tables, AIR-NEW-… ids) into the tables, and mint ids."""
    from .merge import merge as join

    for line in join(root, list(drafts)):
        click.echo(line)


@main.command()
@click.option("--as-of", default="", help="Publish the record as it stood on a day (YYYY-MM-DD) or at a commit or tag.")
def build(as_of: str) -> None:
    """Check the tables and build the whole site into `site/`; a fault leaves the last site as it is."""
    from .asof import tree_as_of
    from .git import NoHistory
    from .serve import build_once

    try:
        with tree_as_of(ROOT, as_of):
            done = build_once()
    except NoHistory as error:
        raise click.ClickException(str(error)) from error
    if not done:
        sys.exit(1)


@main.command()
@click.option("--port", type=int, default=8000, show_default=True, help="Where to serve; the next free port is taken if it is in use.")
def serve(port: int) -> None:
    """Build, serve the site on localhost, and build again when a table, a schema, a page or a template changes."""
    from .serve import serve as run

    run(port)


@main.command()
@root_option
@click.argument("package", type=click.Path(path_type=Path, exists=True))
@click.argument("commit", default="HEAD")
def verify(root: Path, package: Path, commit: str) -> None:
    """Check that PACKAGE (the downloaded zip, or its folder) holds exactly the tables of COMMIT (a commit or tag)."""
    from .git import NoHistory
    from .verify import Unreadable
    from .verify import verify as examine

    try:
        wrong = examine(package, root, commit)
    except (Unreadable, NoHistory, SchemaError) as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(wrong) or f"{package.name}: every table and schema is that of {commit}")
    if wrong:
        sys.exit(1)


@main.command()
@root_option
@click.argument("version", default="")
def release(root: Path, version: str) -> None:
    """Set the calendar VERSION (the next one if none is given) in datapackage.json and the citation files."""
    import datetime as dt

    from .release import BadVersion, following
    from .release import release as make
    from .schema import read_json

    try:
        version = version or following(read_json(root / "datapackage.json")["version"], dt.datetime.now(dt.UTC).date())
        changed = make(root, version)
    except (BadVersion, SchemaError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{version}: {', '.join(changed) or 'nothing to change'}. Commit, then tag v{version}.")


@main.command()
@root_option
@click.option("--country", prompt="Country (ISO 3166-1 alpha-3, or XKX)", help="Whose airspace, such as ROU.")
@click.option("--date", prompt="Day (YYYY-MM-DD)", help="The local day.")
@click.option("--category", prompt="Kind of object (see data/terms/category.csv)", help="Such as attack_drone.")
@click.option("--place", prompt="Place, in its official local spelling", help="Such as Güneyşehir.")
@click.option("--url", prompt="Address of a page that states it", help="http or https.")
@click.option("--language", prompt="Language of that page (two letters, such as ro)", help="ISO 639-1 code.")
@click.option("--publisher", default="", help="Who publishes the page; its host name if left out.")
@click.option("--origin", default="", help="Whose word it is (see data/terms/origins.csv); the publisher if left out.")
def new(root: Path, **known: str) -> None:
    """Write the rows of a new incident in every table, for you to complete."""
    from .new import Draft, problems_of
    from .new import new as write

    draft = Draft(**{k: v.strip() for k, v in known.items()})
    if faults := problems_of(root, draft):
        raise click.ClickException("; ".join(faults))
    record = write(root, draft)
    click.echo(f"{record} stands in data/incidents.csv, objects.csv, locations.csv, citations.csv and sources.csv.")
    click.echo(
        f"Next: find its lines (grep -n {record} data/*.csv), write what begins with TODO:, grade it, look at the source's kind and date, then `make fix check`."
    )


@main.command()
@root_option
@click.argument("base")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="For a terminal, for a comment, or for programs.",
)
def diff(root: Path, base: str, form: str) -> None:
    """Say in plain words what the tables as they stand change against the commit, branch or tag BASE."""
    from . import diff as work
    from .git import NoHistory
    from .versions import at

    try:
        old, now = at(root, base)[2], Dataset.load(root)
    except (NoHistory, SchemaError) as error:
        raise click.ClickException(f"{base}: {error}") from error
    found = work.report(old, now)
    click.echo(
        json.dumps(work.as_dict(found), ensure_ascii=False, indent=1)
        if form == "json"
        else work.as_text(found, "#" if form == "markdown" else "")
    )


@main.command()
@root_option
@click.argument("event", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--answer", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where to write the comment for an ill-formed form."
)
@click.option("--message", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the commit's message for a sound one.")
def propose(root: Path, event: Path, answer: Path, message: Path | None) -> None:
    """Turn an issue form (a file with GitHub's event, or with the body alone) into changed rows; exit with 2 if it is ill-formed."""
    from . import propose as work

    text = event.read_text(encoding="utf-8", errors="replace")
    try:
        issue = json.loads(text)["issue"]
        body, number = issue["body"] or "", issue.get("number")
    except (ValueError, KeyError, TypeError, AttributeError):
        body, number = text, None
    outcome = work.propose(root, str(body))
    if outcome.faults:
        answer.write_text(work.answer(outcome), encoding="utf-8")
        sys.exit(2)
    if message:
        message.write_text(work.message(outcome, number if isinstance(number, int) else None), encoding="utf-8")
    click.echo(outcome.record)


@main.command()
@root_option
def links(root: Path) -> None:
    """Ask every source whether it still answers (this verb alone uses the network), and an archive where it does not."""
    from .links import as_markdown, dead_links

    click.echo(as_markdown(list(dead_links(Dataset.load(root)))))


@main.command()
@click.argument("listed", type=click.File("r", encoding="utf-8"), default="-")
def pending(listed: Any) -> None:
    """Make pending.json of the open issues and pull requests that the forge's client lists as JSON."""
    from .pending import as_json

    try:
        items = json.load(listed)
    except ValueError as error:
        raise click.ClickException(f"not JSON: {error}") from error
    click.echo(as_json([i for i in items if isinstance(i, dict)] if isinstance(items, list) else []), nl=False)
