-- What is kept of the work on each CAR, once for all that was written of it.
SELECT set_config('carportal.work_is_made_later', 'no', true);
SELECT actionplans_follow_work(array_agg(id)) FROM scale_car;
