-- What this run read.
SELECT reading FROM accordant.run WHERE id = %(run_id)s;
