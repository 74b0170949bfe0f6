"""How much of the time operations work, exactly, and what brings them down."""
