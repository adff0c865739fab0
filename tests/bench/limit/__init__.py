"""The least that pages such as the portal's can cost on this machine: a Django project to measure beside it.

A session that is looked up, one table of CARs joined to site and audit, a page of rows, three counts, one page about
one of them. No rule says who sees what, no form, no record.
"""
