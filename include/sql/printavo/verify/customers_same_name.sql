-- title: Several customers have the same name
-- severity: notice
-- repair: none
-- next: Merge them in Printavo if they are one; names are compared without capitals, accents and punctuation
WITH named AS (
    SELECT id, company_name,
           trim(regexp_replace(
               regexp_replace(lower(normalize(company_name, NFKD)), '[\u0300-\u036f.''’‘`´]', '', 'g'),
               '[^[:alnum:]]+', ' ', 'g')) AS folded
    FROM printavo.customer WHERE gone_at IS NULL)
SELECT 'customer' AS place, min(company_name) AS record,
       count(*) || ' customers: ' || string_agg(id || ' (' || company_name || ')', ', ' ORDER BY id) || '.' AS detail
FROM named WHERE folded <> ''
GROUP BY folded HAVING count(*) > 1
