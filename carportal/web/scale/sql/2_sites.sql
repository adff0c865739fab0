SELECT
    set_config('carportal.work_is_made_later', 'yes', true), set_config('carportal.cars_are_counted_later', 'yes', true);

INSERT INTO stakeholders_site (id, reference, supplier_id, name, address, country, sector, time_zone, created_at)
SELECT
    pg_temp.id_of('site', number), 'ZS8' || lpad(number::text, 8, '0'), pg_temp.id_of('supplier', supplier),
    pg_temp.one_of(%(words)s, 'site first', number) || pg_temp.one_of(%(endings)s, 'site second', number)
        || ' ' || pg_temp.one_of(%(works)s, 'site works', number),
    '', country.code, pg_temp.one_of(%(sectors)s, 'sector', number), country.time_zone, %(now)s
FROM scale_site,
    LATERAL (
        SELECT code, time_zone FROM scale_country
        WHERE until > pg_temp.chance('country', number) ORDER BY until LIMIT 1
    ) AS country
WHERE number BETWEEN %(first)s AND %(last)s;

-- Every twentieth site sells to the first customer; the others divide the rest as customers do, a few many and
-- many a few.
INSERT INTO stakeholders_tradingrelationship (id, site_id, customer_id, visibility, created_at)
SELECT
    pg_temp.id_of('relationship', number * 8 + turn), pg_temp.id_of('site', number),
    pg_temp.id_of('customer', customer),
    CASE
        WHEN customer = 1 OR seen < 0.2 THEN 'published_plans'
        WHEN seen < 0.5 THEN 'car_list'
        ELSE 'shares_only'
    END,
    %(now)s
FROM (
    SELECT DISTINCT ON (number, customer)
        number, turn, customer, pg_temp.chance('visibility', number * 8 + turn) AS seen
    FROM scale_site,
        generate_series(0, floor(pg_temp.chance('customers', number) * 3)::int) AS turn,
        LATERAL (
            SELECT CASE
                WHEN turn = 0 AND mod(number, 20) = 0 THEN 1
                ELSE 2 + floor(power(%(customers)s - 1, pg_temp.chance('customer', number * 8 + turn)) - 1)::int
            END AS customer
        ) AS drawn
    WHERE number BETWEEN %(first)s AND %(last)s
    ORDER BY number, customer, turn
) AS trade;
