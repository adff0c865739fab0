"""Audits out of a spreadsheet: pure code, bytes and what is recorded already in, a plan out; services write it.

Inside, one way: tables ← workbooks, texts ← reading; columns, dates, values ← lines ← audits ← planning. What
was decided here, and is pinned by tests:

- Nothing is guessed. 03/04/2025 is an error unless the person says which comes first; an audit company that is
  not here is an error, since the file has no reference to add it under, and it would see the audit.
- Suppliers and sites that are not here are added. Those that are here keep their names: the operator looks
  after those. A site in another country, or of another supplier, is an error: the reference is likely wrong.
- Rows about one thing must agree with each other; where they do not, both rows are named.
- A published audit is never changed: rows that say the same are passed over, others are an error.
- An audit that is not published yet becomes what the file says, findings that the file lacks removed.
- Without a scope, a new audit has two pillars, or four if it has a finding on what only those assess. A scope too
  narrow leaves a CAR open, where one too wide would close it for good.
"""
