"""How many CARs there are of each kind, kept as they change, so that dashboards add up thousands of rows, not a million.

Triggers append what a change adds and takes away to `Tally`, in the transaction of the change; nobody waits for a row
of somebody else, and what one has just done is counted on the next page. `folding` adds the changes up now and then,
`reading` finds the rows that answer a question, `checking` holds them against the CARs.
"""
