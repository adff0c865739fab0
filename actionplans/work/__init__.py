"""Where the work on each CAR under way stands, kept for figures and lists as far as their reader may know."""
