"""The operator's dashboard: its figures, the page around them, and the same as a file."""
