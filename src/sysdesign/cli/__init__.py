"""The command line: reads arguments, prints; no arithmetic."""
