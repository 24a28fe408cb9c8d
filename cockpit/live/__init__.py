"""Owns the picture: starts watches, keeps the store, projects releases, publishes frozen views."""
