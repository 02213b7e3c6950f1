-- title: Who belongs to a company is not as the rules of the settings say
-- severity: wrong
-- repair: none
-- next: Look at accordant printavo companies; the next run writes it anew: accordant printavo sync
SELECT 'company_member' AS place, coalesce(r.kind, m.kind) || ' ' || coalesce(r.id, m.id) AS record,
       CASE WHEN m.id IS NULL THEN 'It belongs to ' || r.company || ' (' || r.rule || ') and is not noted so.'
            WHEN r.id IS NULL THEN 'It is noted as belonging to ' || m.company || ' (' || m.rule
                 || '), and no rule says so, or Printavo does not have it any more.'
            ELSE 'It belongs to ' || r.company || ' by the rule "' || r.rule || '"; noted is "' || m.rule || '".' END AS detail
FROM pg_temp.member AS r
FULL JOIN printavo.company_member AS m ON (m.company, m.kind, m.id) = (r.company, r.kind, r.id)
WHERE m.rule IS DISTINCT FROM r.rule
