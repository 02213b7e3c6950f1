-- How many entries of a flow wait for somebody, and how many for a record that they refer to; warnings are not counted.
SELECT count(*) FILTER (WHERE severity IN ('refused', 'conflict')) AS waiting,
       count(*) FILTER (WHERE severity = 'held') AS held
FROM accordant.trouble WHERE flow = %(flow)s;
