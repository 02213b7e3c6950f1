-- What the rules for items read: one row per record of the WMS that is new or changed.
SELECT s.seq,
       NULLIF(s.content->>'name', '') AS name,
       CASE WHEN s.content->>'name' ~ ':' THEN s.content->>'name' END AS name_with_colon,
       NULLIF(s.content->>'kind', '') AS kind,
       (s.content->>'sales_price')::numeric AS sales_price,
       (s.content->>'purchase_cost')::numeric AS purchase_cost,
       CASE WHEN s.content->>'kind' IN ('inventory', 'assembly')
             AND '' IN (COALESCE(s.content->>'income_account', ''), COALESCE(s.content->>'cogs_account', ''),
                        COALESCE(s.content->>'asset_account', ''))
            THEN s.content->>'name' END AS without_account
FROM accordant.staged_record AS s
WHERE s.run_id = '{run_id}' AND s.side = 'ours' AND s.object_type = 'item' AND NOT s.gone
