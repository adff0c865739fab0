"""A portal of any size for measuring and trying out: made by the database itself, the same for the same number."""
