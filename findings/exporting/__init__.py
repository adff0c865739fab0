"""A list of CARs as a file: the rows, their order and the columns are those that its reader sees."""

from findings.exporting.columns import Column, register_columns
from findings.exporting.listing import Listing, is_long, listing_of

__all__ = ["Column", "Listing", "is_long", "listing_of", "register_columns"]
