"""Panels: pure functions from views to lines of text."""
