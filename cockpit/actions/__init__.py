"""Actions: the table of everything that can be asked for, and later the changes, plans and guards behind it."""
