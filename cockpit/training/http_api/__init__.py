"""The Kubernetes API over HTTP: paths, verbs, negotiation, watches, discovery, tables, users."""
