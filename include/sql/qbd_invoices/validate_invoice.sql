-- What the rules for invoices read: one row per record of the WMS that is new or changed.
SELECT s.seq,
       NULLIF(s.content->>'customer', '') AS customer,
       NULLIF(s.content->>'transaction_date', '') AS transaction_date,
       (s.content->>'balance_remaining')::numeric - (s.content->>'total')::numeric AS owed_beyond_total
FROM accordant.staged_record AS s
WHERE s.run_id = '{run_id}' AND s.side = 'ours' AND s.object_type = 'invoice' AND NOT s.gone
