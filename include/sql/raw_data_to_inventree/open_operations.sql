-- Operations on these orders that did not come to an end, and why: a refused customer or part, or a passing fault.
SELECT o.grp, o.object_type, o.key, o.state, o.code, o.detail,
       (SELECT q.sentence FROM accordant.run_trouble AS q
        WHERE q.run_id = o.run_id AND q.severity <> 'warning'
          AND (q.object_type = 'customer' AND q.key = o.after->>'customer'
               OR q.object_type = 'part' AND q.key = o.after->>'part'
               OR q.object_type = 'sales_order' AND q.key = o.after->>'order')
        ORDER BY q.source, q.code LIMIT 1) AS blame
FROM accordant.operation AS o
WHERE o.run_id = %(run_id)s AND o.grp = ANY(%(orders)s) AND o.state NOT IN ('applied', 'not_applied')
ORDER BY o.grp, o.seq;
