"""Templates compiled to plainer code say what Jinja2's own code says, and still escape."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from scripts.publish.context import Context
from scripts.publish.pages import incident, lists, render, tombstone
from scripts.publish.pages.compiled import PlainCode


def key_first(self: jinja2.Environment, obj: object, attribute: str) -> object:
    """`row.title` is a key before it is an attribute, as in our code."""
    return obj[attribute] if type(obj) is dict and attribute in obj else jinja2.Environment.getattr(self, obj, attribute)


class Theirs(jinja2.Environment):
    """An environment with Jinja2's own compiler."""

    getattr = key_first


class Ours(jinja2.Environment):
    """The same with our compiler."""

    code_generator_class = PlainCode


SETTINGS = {"autoescape": True, "undefined": jinja2.StrictUndefined}
OURS, THEIRS = Ours(**SETTINGS), Theirs(**SETTINGS)
FORMS = [
    "{{ x }}",
    '<a title="{{ x }}">{{ d.x }}</a>',
    "{% for y in many %}{{ y }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% macro m(a, b=2) %}<i>{{ a }}{{ b }}</i>{% endmacro %}{{ m(x) }}{{ m(d.x, b=d.n) }}",
    "{% set y %}<b>{{ x }}</b>{% endset %}{{ y }}{{ y|length }}",
    "{{ x|lower }}{{ x|upper|urlencode }}{{ (x ~ d.x)|replace('a', '<') }}",
    "{% for k, v in d.items() %}{{ k }}{{ v }}{% endfor %}{{ many[1:]|join('&') }}",
    "{% call(a) each(many) %}{{ a }}{% endcall %}",
    "{{ f(*many) }}{{ f(**d) }}{{ f(x, *many) }}",
    "{% autoescape false %}{{ x }}{% endautoescape %}",
    "{{ object.real }}{{ d.missing is defined }}",
]
VALUES = st.one_of(
    st.text(max_size=20), st.integers(), st.floats(allow_nan=False), st.booleans(), st.none(), st.text(max_size=9).map(Markup)
)


@settings(deadline=None)
@given(x=VALUES, many=st.lists(VALUES, max_size=4), n=st.integers())
@pytest.mark.parametrize("form", FORMS)
def test_every_construct_says_the_same(form: str, x: object, many: list[object], n: int):
    """Whatever a value is, both compilers print it alike."""

    def say(*some: object, **named: object) -> str:
        return f"{some}{named}<"

    values = {"x": x, "many": many, "d": {"x": x, "n": n}, "f": say, "each": lambda some, caller: caller(some), "object": n}
    source = form.replace("each(many)", "each(x)")
    assert OURS.from_string(source).render(values) == THEIRS.from_string(source).render(values)


@pytest.mark.parametrize(
    "form", ["{{ missing }}", "{{ d.missing }}", "{{ missing() }}", "{{ d.missing.more }}", "{% for x in missing %}{% endfor %}"]
)
def test_what_is_not_there_is_an_error(form: str):
    """A misspelt name in a template fails in both, and never prints nothing."""
    for environment in (OURS, THEIRS):
        with pytest.raises(jinja2.UndefinedError):
            environment.from_string(form).render(d={"x": 1})


def test_pages_are_the_same_both_ways(sample: Path, monkeypatch: pytest.MonkeyPatch):
    """Every record, listing and tombstone of the sample, with our compiler and with Jinja2's."""
    context, pages = Context.load(sample), []
    # Compiled templates are kept by their source alone.
    monkeypatch.setattr(render, "_compiled", lambda: None)
    for generator in (PlainCode, jinja2.compiler.CodeGenerator):
        monkeypatch.setattr(render._Environment, "code_generator_class", generator)
        if generator is not PlainCode:
            monkeypatch.setattr(render._Environment, "getattr", key_first, raising=False)
        env, collection = render.environment(context.collection), context.collection
        made = [incident.page(env, context, r, incident.neighbours(context, r)) for r in collection.records]
        made += [lists.page(env, context, x) for x in lists.listings(collection)]
        pages.append([*made, *(tombstone.page(env, context, r) for r in collection.retired)])
    assert len(pages[0]) > 20
    assert pages[0] == pages[1]
