"""From the store's objects to frozen release views: inference, pod sets, endpoints, splits, states.

Everything here is pure: objects and the time go in, views come out.
"""
