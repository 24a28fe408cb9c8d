"""What an API server knows without HTTP: kinds, the store, admission, patches, selectors, answers of failure."""
