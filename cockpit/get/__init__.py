"""`cockpit get`: the live picture as JSON, YAML or a table."""
