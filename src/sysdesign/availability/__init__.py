"""How much of the time operations work, exactly: what breaks, with what, and what that brings down."""
