"""One module a traffic system: which rules with which shares an object declares. Pure."""
