-- What the rules for invoices read: one row per invoice of the MIS.
SELECT s.seq,
       s.key AS number,
       length(s.key) AS number_length,
       s.content->>'reg_no' AS reg_no,
       (s.content->>'known')::boolean AS known,
       NULLIF(s.content->>'amount', '')::numeric AS amount,
       s.content->>'amount' AS amount_text,
       COALESCE(NULLIF(s.content->>'amount_given', ''), '(none)') AS amount_given,
       CASE WHEN s.content->>'credit_given' = '' THEN 0 ELSE NULLIF(s.content->>'credit', '')::numeric END AS credit,
       s.content->>'credit_given' AS credit_given,
       NULLIF(s.content->>'date', '') AS date,
       (s.content->>'date_in_range')::boolean AS date_in_range,
       COALESCE(NULLIF(s.content->>'date_given', ''), '(none)') AS date_given,
       s.content->>'date_given' || ' is not in ' || (s.content->>'date_range') AS date_and_range,
       length(s.content->>'note') AS note_length,
       length(s.content->>'description') AS description_length,
       NULLIF(s.content->>'email_given', '') AS email_given,
       s.content->>'email' = s.content->>'email_given' AS email_is_good,
       NULLIF(s.content->>'phone_given', '') AS phone_given,
       s.content->>'phone' = s.content->>'phone_given' AS phone_is_good
FROM accordant.staged_record AS s
WHERE s.run_id = '{run_id}' AND s.side = 'ours' AND s.object_type = 'invoice'
