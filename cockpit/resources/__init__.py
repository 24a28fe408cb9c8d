"""Typed slices of Kubernetes objects: only the fields that a release needs.

Raw JSON ends in this room. Every slice is a frozen `msgspec.Struct`; a field that the API may leave out has a default,
so an object with nothing but a name decodes. Field meanings are those of the Kubernetes API reference,
https://kubernetes.io/docs/reference/kubernetes-api/.
"""
