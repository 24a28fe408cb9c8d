"""The simulated clients: who asks for what, which way the routing objects send it, and which pod answers."""
