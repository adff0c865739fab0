INSERT INTO stakeholders_organisation
    (id, kind, name, reference, is_uk_retailer, contact_name, contact_email, created_at)
SELECT pg_temp.id_of('operator', 1), 'operator', 'Portal operator', 'ZC600000001', false, '', '', %(now)s
WHERE NOT EXISTS (SELECT FROM stakeholders_organisation WHERE kind = 'operator');

INSERT INTO stakeholders_organisation
    (id, kind, name, reference, is_uk_retailer, contact_name, contact_email, created_at)
SELECT
    pg_temp.id_of('supplier', number), 'supplier',
    pg_temp.one_of(%(words)s, 'supplier first', number) || pg_temp.one_of(%(endings)s, 'supplier second', number)
        || ' ' || pg_temp.one_of(ARRAY['Holdings', 'Group', 'Trading', 'Industries', 'Exports'], 'supplier third', number),
    'ZC8' || lpad(number::text, 8, '0'), false, '', '', %(now)s
FROM generate_series(1, (SELECT max(supplier) FROM scale_site)) AS number;

INSERT INTO stakeholders_organisation
    (id, kind, name, reference, is_uk_retailer, contact_name, contact_email, created_at)
SELECT
    pg_temp.id_of('customer', number), 'customer',
    pg_temp.one_of(%(words)s, 'customer first', number) || pg_temp.one_of(%(endings)s, 'customer second', number)
        || ' ' || pg_temp.one_of(ARRAY['Stores', 'Foods', 'Fashion', 'Brands', 'Retail'], 'customer third', number),
    'ZC9' || lpad(number::text, 8, '0'), pg_temp.chance('retailer', number) < 0.2, '', '', %(now)s
FROM generate_series(1, %(customers)s) AS number;

INSERT INTO stakeholders_organisation
    (id, kind, name, reference, is_uk_retailer, contact_name, contact_email, created_at)
SELECT
    pg_temp.id_of('audit company', number), 'audit_company',
    pg_temp.one_of(%(words)s, 'company first', number) || ' Assurance', 'ZC7' || lpad(number::text, 8, '0'),
    false, '', '', %(now)s
FROM generate_series(1, %(audit_companies)s) AS number;

-- One person of each, who never logs in; those who do are added beside them.
INSERT INTO stakeholders_user
    (id, password, is_superuser, email, name, time_zone, language, is_active, date_joined)
SELECT
    pg_temp.id_of(kind || ' person', number), '!', false, replace(kind, ' ', '-') || number || '@scale.example',
    pg_temp.one_of(%(words)s, kind || ' given', number) || ' ' || pg_temp.one_of(%(words)s, kind || ' family', number),
    'UTC', %(language)s, true, %(now)s
FROM (
    SELECT 'supplier' AS kind, generate_series(1, (SELECT max(supplier) FROM scale_site)) AS number
    UNION ALL SELECT 'customer', generate_series(1, %(customers)s)
    UNION ALL SELECT 'audit company', generate_series(1, %(audit_companies)s)
) AS organisation;

INSERT INTO stakeholders_membership (id, user_id, organisation_id, role, created_at)
SELECT
    pg_temp.id_of(kind || ' membership', number), pg_temp.id_of(kind || ' person', number),
    pg_temp.id_of(kind, number), 'manager', %(now)s
FROM (
    SELECT 'supplier' AS kind, generate_series(1, (SELECT max(supplier) FROM scale_site)) AS number
    UNION ALL SELECT 'customer', generate_series(1, %(customers)s)
    UNION ALL SELECT 'audit company', generate_series(1, %(audit_companies)s)
) AS organisation;
