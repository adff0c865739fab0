-- A site is visited about once a year; what a visit finds in a slot stays there, is raised again by the next visit
-- six times in ten, and is found no more otherwise; what is found there instead is of another area.
TRUNCATE scale_car;
INSERT INTO scale_car
SELECT
    number, pg_temp.id_of('finding', number), site, visit, slot, next_audit IS NULL, times, successor,
    area.code, chr(65 + floor(pg_temp.chance('letter', issue_key) * 4)::int), area.issue, raised_on, next_audit,
    CASE
        WHEN successor IS NOT NULL THEN 'superseded'
        WHEN next_audit IS NOT NULL THEN 'closed'
        WHEN plan = 'published' THEN 'in_progress'
        ELSE 'open'
    END,
    plan, raised_on::timestamptz + interval '16 days'
FROM (
    SELECT
        *,
        row_number() OVER chain AS times, lead(number) OVER chain AS successor,
        (site * 8 + slot) * 8 + run AS issue_key,
        CASE
            WHEN next_audit IS NULL THEN CASE
                WHEN written < 0.6 THEN 'published' WHEN written < 0.7 THEN 'shared'
                WHEN written < 0.8 THEN 'draft' ELSE '' END
            WHEN written < 0.5 THEN 'published' ELSE ''
        END AS plan
    FROM (
        SELECT
            *,
            sum(CASE WHEN visit = 1 OR pg_temp.chance('found again', number) >= 0.6 THEN 1 ELSE 0 END)
                OVER (PARTITION BY site, slot ORDER BY visit) AS run,
            pg_temp.chance('plan', number) AS written
        FROM (
            SELECT
                site.before + (visit - 1) * cars + slot + 1 AS number, site.number AS site, visit, slot,
                last_audit - (audits - visit) * 380 AS raised_on,
                CASE WHEN visit < audits AND before + visit * cars < %(findings)s
                    THEN last_audit - (audits - visit - 1) * 380 END AS next_audit
            FROM scale_site AS site, generate_series(1, audits) AS visit, generate_series(0, cars - 1) AS slot
            WHERE site.number BETWEEN %(first)s AND %(last)s
        ) AS found
        WHERE number <= %(findings)s
    ) AS followed
    WINDOW chain AS (PARTITION BY site, slot, run ORDER BY visit)
) AS told
JOIN LATERAL (
    SELECT code, issue FROM scale_area
    WHERE scale_area.slot = told.slot
        AND place = mod(run + floor(pg_temp.chance('area', site * 8 + told.slot) * places)::bigint, places)
) AS area ON true;
ANALYZE scale_car;

INSERT INTO findings_audit
    (id, reference, edition, correction_reason, site_id, audit_company_id, recorded_by_id, type, date, scheme, scope,
     status, created_at)
SELECT
    pg_temp.id_of('audit', site * 8 + visit), 'ZAA8' || lpad((site * 8 + visit)::text, 9, '0'), 1, '',
    pg_temp.id_of('site', site), company, company, CASE visit WHEN 1 THEN 'initial' ELSE 'periodic' END, date,
    %(scheme)s, %(scope)s, 'draft', date
FROM (SELECT DISTINCT site, visit, raised_on AS date FROM scale_car) AS audit,
    LATERAL (
        SELECT pg_temp.id_of(
            'audit company', 1 + floor(pg_temp.chance('company', site) * %(audit_companies)s)::int
        ) AS company
    ) AS drawn;

INSERT INTO findings_finding
    (id, reference, site_id, audit_id, scheme, area, letter, raw_code, issue_title, details, raised_on, status,
     superseded_by_id, closed_by_id, times_raised, created_at, in_progress_at, ended_at, ended_on)
SELECT
    id, 'CAR-' || extract(year FROM raised_on) || '-' || to_char(%(reference)s + number, 'FM999999000000'),
    pg_temp.id_of('site', site), pg_temp.id_of('audit', site * 8 + visit), %(scheme)s, area, letter,
    area || '.' || letter, issue,
    pg_temp.one_of(%(details)s, 'details 1', number) || ' ' || pg_temp.one_of(%(details)s, 'details 2', number)
        || ' ' || pg_temp.one_of(%(details)s, 'details 3', number),
    raised_on, status, pg_temp.id_of('finding', successor),
    CASE status WHEN 'closed' THEN pg_temp.id_of('audit', site * 8 + visit + 1) END,
    times, raised_on::timestamptz + interval '14 days',
    CASE plan WHEN 'published' THEN changed_at END, next_audit::timestamptz + interval '14 days', next_audit
FROM scale_car;

INSERT INTO findings_auditentry
    (id, audit_id, type, area, letter, raw_code, issue_title, details, finding_id, created_at)
SELECT
    pg_temp.id_of('entry', number), audit_id, 'car', area, letter, raw_code, issue_title, details, finding.id,
    finding.created_at
FROM scale_car JOIN findings_finding AS finding USING (id, area, letter);

INSERT INTO findings_auditentry
    (id, audit_id, type, area, letter, raw_code, issue_title, details, created_at)
SELECT
    pg_temp.id_of('other entry', (site * 8 + visit) * 2 + turn), pg_temp.id_of('audit', site * 8 + visit),
    CASE turn WHEN 0 THEN 'non_compliance' ELSE 'observation' END, '3', chr(65 + turn), '3.' || chr(65 + turn), '', '',
    date::timestamptz
FROM (SELECT DISTINCT site, visit, raised_on AS date FROM scale_car) AS audit, generate_series(0, 1) AS turn;

-- Last, since what was published takes no more entries.
UPDATE findings_audit SET status = 'published', published_at = date::timestamptz + interval '14 days'
WHERE id IN (SELECT pg_temp.id_of('audit', site * 8 + visit) FROM scale_car);

INSERT INTO findings_access (organisation_id, finding_id, level, source, source_id)
SELECT customer_id, car.id, CASE visibility WHEN 'car_list' THEN 1 ELSE 2 END, 'relationship', trade.id
FROM scale_car AS car
JOIN stakeholders_tradingrelationship AS trade ON trade.site_id = pg_temp.id_of('site', car.site)
WHERE visibility <> 'shares_only';

INSERT INTO findings_triage (id, finding_id, definition, answers, is_urgent, outcome, answered_at)
SELECT
    pg_temp.id_of('triage', number), id, %(triage)s, '{}'::jsonb, drawn < 0.002,
    CASE
        WHEN drawn < 0.002 THEN 'urgent' WHEN drawn < 0.6 THEN 'write_plan' WHEN drawn < 0.8 THEN 'engage_all'
        WHEN drawn < 0.95 THEN 'engage_one' ELSE 'seek_support'
    END,
    raised_on::timestamptz + interval '15 days'
FROM scale_car, LATERAL (SELECT pg_temp.chance('triage', number) AS drawn) AS outcome
WHERE plan <> '' OR pg_temp.chance('looked at', number) < 0.5;
