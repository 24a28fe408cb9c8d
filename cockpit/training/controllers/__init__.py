"""The controllers: each watches the store, works off a queue of keys on the clock, and writes through the registry."""
