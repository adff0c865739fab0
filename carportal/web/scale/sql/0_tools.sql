-- What the other statements are made with; all of it goes with the session. The functions are such that the planner
-- puts them in line (text from a number by a cast, which depends on no setting): called, they would take a hundred
-- times as long.

-- Each trigger asks for this, and where it is not there a failed statement within it is rolled back: which takes the
-- longer, the more rows wait for the checks at the end of the transaction.
SELECT set_config('pgtrigger.ignore', '{}', false);

-- What an earlier filling through the same session left.
DISCARD TEMP;

CREATE OR REPLACE FUNCTION pg_temp.id_of(what text, number bigint) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN md5('carportal scale ' || what || ' ' || number::text)::uuid;

-- From 0 up to 1, the same for the same question and number.
CREATE OR REPLACE FUNCTION pg_temp.chance(of_what text, number bigint) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('x' || left(md5(of_what || ' ' || number::text), 8))::bit(32)::bigint / 4294967296.0;

CREATE OR REPLACE FUNCTION pg_temp.one_of(words text[], of_what text, number bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN words[1 + floor(pg_temp.chance(of_what, number) * cardinality(words))::int];

-- `place` is the share of all sites up to and with this country.
CREATE TEMPORARY TABLE scale_country AS
    SELECT code, time_zone, sum(share) OVER (ORDER BY place)::float / sum(share) OVER () AS until
    FROM unnest(%(countries)s::text[], %(time_zones)s::text[], %(shares)s::int[])
        WITH ORDINALITY AS country (code, time_zone, share, place);

CREATE TEMPORARY TABLE scale_area AS
    SELECT slot - 1 AS slot, place, code, count(*) OVER (PARTITION BY slot) AS places, issue
    FROM unnest(%(slots)s::int[], %(places)s::int[], %(areas)s::text[], %(issues)s::text[])
        AS area (slot, place, code, issue);

-- The Annex as it was filled in, in some ways of which every plan has one.
CREATE TEMPORARY TABLE scale_document AS
    SELECT number, document::jsonb AS document, sha256, text
    FROM unnest(%(documents)s::text[], %(digests)s::text[], %(texts)s::text[])
        WITH ORDINALITY AS written (document, sha256, text, number);

-- Sites in the order in which their CARs are numbered: audits of each (1 to 6) and CARs that each of these found
-- (2 to 4); `before` is how many CARs there are at the sites before it.
CREATE TEMPORARY TABLE scale_site AS
    SELECT *
    FROM (
        SELECT
            number, audits, cars, sum(audits * cars) OVER (ORDER BY number) - audits * cars AS before,
            CASE
                WHEN number <= %(largest_supplier)s THEN 1
                ELSE 2 + (number - %(largest_supplier)s) * 2 / 5
            END AS supplier,
            %(today)s::date - 20 - floor(pg_temp.chance('last audit', number) * 400)::int AS last_audit
        FROM generate_series(1, %(findings)s / 2 + 1) AS number,
            LATERAL (
                SELECT
                    1 + floor(pg_temp.chance('audits', number) * 6)::int AS audits,
                    2 + floor(pg_temp.chance('cars', number) * 3)::int AS cars
            ) AS drawn
    ) AS drawn
    WHERE before < %(findings)s;
CREATE UNIQUE INDEX ON scale_site (number);
ANALYZE scale_site;

-- The CARs of the sites that are being written.
CREATE TEMPORARY TABLE scale_car (
    number bigint, id uuid, site bigint, visit int, slot int, is_last boolean,
    times int, successor bigint, area text, letter text, issue text, raised_on date, next_audit date, status text,
    plan text, changed_at timestamptz
);
