INSERT INTO limit_site (name, country)
SELECT 'Site ' || number, (ARRAY['CN', 'IN', 'BD', 'TR', 'VN', 'GB'])[1 + mod(number, 6)]
FROM generate_series(1, %(findings)s / 10) AS number;

INSERT INTO limit_audit (site_id, reference)
SELECT number, 'ZAA' || number FROM generate_series(1, %(findings)s / 10) AS number;

INSERT INTO limit_car (site_id, audit_id, reference, title, details, area, status, raised_on)
SELECT
    1 + mod(number, %(findings)s / 10), 1 + mod(number, %(findings)s / 10), 'CAR-' || number,
    'Wages do not reach a credible living-wage benchmark', repeat('In interviews workers described it alike. ', 6),
    (ARRAY['1A', '5A', '4', '7', '2', '8'])[1 + mod(number, 6)],
    (ARRAY['open', 'in_progress', 'in_progress', 'closed', 'closed', 'closed', 'superseded', 'superseded',
        'superseded', 'superseded'])[1 + mod(number * 7, 10)],
    current_date - mod(number * 31, 2000)
FROM generate_series(1, %(findings)s) AS number;

INSERT INTO limit_line (car_id, at, by, text)
SELECT car.id, now() - make_interval(days => number), 'Person ' || number, 'It was changed and looked at.'
FROM (SELECT id FROM limit_car ORDER BY id LIMIT 5000) AS car, generate_series(1, 5) AS number;
