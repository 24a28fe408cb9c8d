"""An embedded cluster: an API server of its own, with the controllers that a release needs."""
