-- Tables that have just been filled for the first time are taken for empty ones, and the work on each CAR would be
-- looked for by going through all of them.
ANALYZE
    findings_finding, findings_access, findings_triage, actionplans_actionplan, actionplans_planshare,
    actionplans_updateagreement;
