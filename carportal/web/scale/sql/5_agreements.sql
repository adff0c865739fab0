-- Some of the dates have passed: what is late is computed. Of those the portal has reminded as often as it does.
INSERT INTO actionplans_updateagreement
    (id, share_id, months, first_due, next_due, remind_on, agreed_at, ended_by)
SELECT
    md5('carportal scale agreement ' || share.id)::uuid, share.id, 6, due, due,
    CASE WHEN due > %(today)s::date + 15 THEN due - 14 END, share.created_at, ''
FROM scale_car AS car
JOIN actionplans_planshare AS share ON share.plan_id = pg_temp.id_of('plan', car.number),
    LATERAL (SELECT %(today)s::date - 20 + floor(pg_temp.chance('due', car.number) * 200)::int AS due) AS agreed
WHERE car.status = 'in_progress' AND share.status = 'confirmed' AND pg_temp.chance('agreement', car.number) < 0.6;
