"""Where the work on each CAR under way stands, kept for the figures and lists of its site and of the operator."""
