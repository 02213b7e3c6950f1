-- The sum of all that we passed from one side to the other, per site (as the written side calls it) and item of ours.
-- Every adjustment that we wrote is a binding below its counter; what was written then, not what became of it since. `now` is what this run wrote.
SELECT b.base->>'side' AS side, b.base->>'site' AS site, line->>'item' AS item,
       sum((line->>'quantity')::numeric) AS quantity, sum((line->>'value')::numeric) AS value,
       sum((line->>'quantity')::numeric) FILTER (WHERE b.run_id = %(run_id)s) AS now
FROM accordant.binding AS b, jsonb_array_elements(b.base->'lines') AS line
WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s AND b.object_type = 'inventory_adjustment'
  AND b.parent <> ''
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
