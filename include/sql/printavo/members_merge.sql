WITH gone AS (
    DELETE FROM printavo.company_member AS m
    WHERE NOT EXISTS (SELECT FROM printavo_staging.member AS s WHERE (s.company, s.kind, s.id) = (m.company, m.kind, m.id)))
INSERT INTO printavo.company_member AS m (company, kind, id, rule)
SELECT company, kind, id, rule FROM printavo_staging.member
ON CONFLICT (company, kind, id) DO UPDATE SET rule = EXCLUDED.rule WHERE m.rule <> EXCLUDED.rule;
