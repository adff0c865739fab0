"""The least that pages such as the portal's can cost on this machine: a Django project to measure beside it.

A person who is logged in, one table of CARs joined to site and audit, fifty rows of eight columns, three counts, one
page about one CAR with its history. No rule says who sees what, no filter, no record, nothing is compressed.
"""
