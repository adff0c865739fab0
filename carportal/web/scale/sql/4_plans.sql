INSERT INTO actionplans_actionplan (id, finding_id, template_version, published_id, published_at, created_at)
SELECT
    pg_temp.id_of('plan', number), id, %(template)s,
    CASE plan WHEN 'published' THEN pg_temp.id_of('revision', number) END,
    CASE plan WHEN 'published' THEN changed_at END, changed_at
FROM scale_car WHERE plan <> '';

INSERT INTO actionplans_revision
    (id, plan_id, number, template_version, document, sha256, redacted_sha256, frozen_at)
SELECT
    pg_temp.id_of('revision', car.number), pg_temp.id_of('plan', car.number), 1, %(template)s, document, sha256, '',
    changed_at
FROM scale_car AS car
JOIN scale_document AS written ON written.number = 1 + mod(car.number, (SELECT count(*) FROM scale_document))
WHERE plan IN ('published', 'shared');

-- The draft is written in while the CAR is under way; what is left of it later nobody opens.
INSERT INTO actionplans_draftfield (id, plan_id, name, value, updated_at)
SELECT
    md5('carportal scale field ' || car.number || field.key)::uuid, pg_temp.id_of('plan', car.number), field.key,
    field.value, changed_at
FROM scale_car AS car
JOIN scale_document AS written ON written.number = 1 + mod(car.number, (SELECT count(*) FROM scale_document)),
    LATERAL jsonb_each_text(document -> 'fields') AS field
WHERE plan <> '' AND status IN ('open', 'in_progress');

-- With seven of ten of those who buy from the site.
INSERT INTO actionplans_planshare (id, plan_id, organisation_id, revision_id, status, created_at, updated_at)
SELECT
    md5('carportal scale share ' || car.number || trade.id)::uuid, pg_temp.id_of('plan', car.number), customer_id,
    pg_temp.id_of('revision', car.number),
    CASE
        WHEN drawn < 0.25 THEN 'awaiting' WHEN drawn < 0.35 THEN 'acknowledged' WHEN drawn < 0.8 THEN 'confirmed'
        WHEN drawn < 0.9 THEN 'changes_requested' ELSE 'informed'
    END,
    changed_at, changed_at
FROM scale_car AS car
JOIN stakeholders_tradingrelationship AS trade ON trade.site_id = pg_temp.id_of('site', car.site),
    LATERAL (
        SELECT
            ('x' || left(md5('share ' || car.number || trade.id), 8))::bit(32)::bigint / 4294967296.0 AS picked,
            ('x' || left(md5('status ' || car.number || trade.id), 8))::bit(32)::bigint / 4294967296.0 AS drawn
    ) AS chances
WHERE plan IN ('published', 'shared') AND picked < 0.7;

INSERT INTO actionplans_sharedrevision (id, share_id, revision_id, asks, note, sent_at)
SELECT
    md5('carportal scale sending ' || share.id)::uuid, share.id, revision_id,
    CASE status WHEN 'informed' THEN '{"information_only": true}' ELSE '{"confirm_requirements": true}' END::jsonb, '',
    created_at
FROM actionplans_planshare AS share
WHERE plan_id IN (SELECT pg_temp.id_of('plan', number) FROM scale_car WHERE plan <> '');

INSERT INTO actionplans_reply (id, sent_id, kind, section, comment, replied_at)
SELECT
    md5('carportal scale reply ' || share.id)::uuid, md5('carportal scale sending ' || share.id)::uuid, status, '',
    CASE status WHEN 'changes_requested' THEN 'Please say who is to do what.' ELSE '' END,
    created_at + interval '9 days'
FROM actionplans_planshare AS share
WHERE status IN ('acknowledged', 'confirmed', 'changes_requested')
    AND plan_id IN (SELECT pg_temp.id_of('plan', number) FROM scale_car WHERE plan <> '');

INSERT INTO findings_access (organisation_id, finding_id, level, source, source_id)
SELECT organisation_id, plan.finding_id, 2, 'share', share.id
FROM actionplans_planshare AS share JOIN actionplans_actionplan AS plan ON plan.id = share.plan_id
WHERE plan.finding_id IN (SELECT id FROM scale_car WHERE plan <> '');

-- What each reader can search of them: they have no rows beside their texts, so that every reader gets the same.
WITH wording AS (
    INSERT INTO actionplans_wording (id, plan_id, text)
    SELECT
        encode(substring(sha256(convert_to(plan_id::text || text, 'UTF8')) FOR 16), 'hex')::uuid, plan_id, text
    FROM scale_car AS car
    JOIN scale_document AS written ON written.number = 1 + mod(car.number, (SELECT count(*) FROM scale_document)),
        LATERAL (SELECT pg_temp.id_of('plan', car.number) AS plan_id) AS drawn
    WHERE plan <> ''
    RETURNING id, plan_id
)
INSERT INTO actionplans_plantext (plan_id, kind, revision_id, reader_id, wording_id)
SELECT plan_id, kind, revision_id, reader_id, wording.id
FROM scale_car AS car
JOIN wording ON plan_id = pg_temp.id_of('plan', car.number),
    LATERAL (
        SELECT 'draft' AS kind, NULL::uuid AS revision_id, NULL::uuid AS reader_id
        UNION ALL
        SELECT 'version', pg_temp.id_of('revision', car.number), NULL WHERE car.plan IN ('published', 'shared')
        UNION ALL
        SELECT 'published', pg_temp.id_of('revision', car.number), NULL WHERE car.plan = 'published'
        UNION ALL
        SELECT 'shared', share.revision_id, share.organisation_id
        FROM actionplans_planshare AS share WHERE share.plan_id = pg_temp.id_of('plan', car.number)
    ) AS reading
WHERE plan <> '';
