"""Measurements side by side, never part of the tests."""

# First, since it decides how pandas is loaded.
import scripts  # noqa: F401
