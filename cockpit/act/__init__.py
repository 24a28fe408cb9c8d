"""Acts from the command line: a plan made, shown, agreed to, run and reported as plain text."""
