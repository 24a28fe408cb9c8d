"""The Kubernetes API: session, credentials, list and watch, errors. Knows only the resources."""
