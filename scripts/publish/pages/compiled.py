"""Owns how templates become Python: Jinja2's own compiler, with plainer code for the three things that pages do hundreds of times.

Jinja2 looks up, calls and escapes by functions that ask each time what they were given. Here a dictionary's key is read in place,
a callable is called as it stands (none of ours wants the template's context), and a text is escaped without an object round it.
The output is the same: tests/test_compiled.py renders pages both ways.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

# The inner name is asked for here too, so that another markupsafe is found out when this is loaded, not in the middle of a build.
from markupsafe import Markup, _escape_inner, escape  # noqa: F401

MISSING = object()
"""What an attribute is that an object does not have."""


class PlainCode(CodeGenerator):
    """Generates the code of templates for an environment that is neither sandboxed nor asynchronous."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """The module of a template, with the name that escaping uses."""
        self.writeline("from markupsafe import _escape_inner")
        self.writeline(f"from {__name__} import MISSING as air_missing, text as air_text")
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """`row.title`: the key of a dictionary that has it, or an attribute; what has neither is left to Jinja2."""
        self.write(f"(air_of[{node.attr!r}] if type(air_of := ")
        self.visit(node.node, frame)
        self.write(f") is dict and {node.attr!r} in air_of else air_got if (air_got := getattr(air_of, {node.attr!r}, air_missing)) ")
        self.write(f"is not air_missing else environment.getattr(air_of, {node.attr!r}))")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """A call with plain arguments; others are left to Jinja2."""
        if node.dyn_args or node.dyn_kwargs or forward_caller:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _escapes(frame, finalize):
            self.write("(_escape_inner(air_out) if type(air_out := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _escapes(frame, finalize):
            self.write(") is str else air_text(air_out))")
        else:
            super()._output_child_post(node, frame, finalize)


def text(value: object) -> str:
    """The escaped text of what is no plain `str`: numbers and markup need none."""
    kind = type(value)
    if kind is Markup or kind is int or kind is float:
        return str(value)
    return str(escape(value))


def _escapes(frame: Frame, finalize: Any) -> bool:
    return bool(frame.eval_ctx.autoescape) and not frame.eval_ctx.volatile and finalize.src is None
