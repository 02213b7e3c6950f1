-- Refuse what is planned on records that are not kept: they are not this run's any more.
UPDATE accordant.operation AS o
SET state = 'refused', code = 'RECORD_MOVED', detail = 'The record is not claimed by this run any more.',
    changed_at = clock_timestamp()
WHERE o.run_id = %(run_id)s AND o.object_type = %(object_type)s AND o.state IN ('planned', 'held')
  AND NOT EXISTS (SELECT 1 FROM kept WHERE kept.key = o.key);
