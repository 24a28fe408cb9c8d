"""Executes plans: examines them, keeps the journal, writes, reads back, and watches until the result holds."""
