"""What keeps a network from being simulated."""


class SimulateError(Exception):
    """A network that cannot be simulated; the message names a component or an operation."""
