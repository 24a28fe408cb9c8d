"""Acts from the command line, with a runner that a test makes and on the embedded cluster."""
