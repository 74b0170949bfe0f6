"""The formats of other tools: one module each; a new export is one new file."""
