"""The Annex on paper: what a reader gets of a revision, as a PDF."""

from actionplans.pdf.paper import annex_pdf, file_name

__all__ = ["annex_pdf", "file_name"]
