"""The Annex on paper: what a reader gets of a revision, or the blank template, as a PDF that a worker makes."""

from actionplans.pdf.blank import BLANK_FILE_NAME, blank_paper
from actionplans.pdf.paper import annex_paper, file_name

__all__ = ["BLANK_FILE_NAME", "annex_paper", "blank_paper", "file_name"]
