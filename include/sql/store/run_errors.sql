-- Why sources of a run are not agreed: what stands in the way, or what became of the operation on their record.
SELECT DISTINCT ON (source) source, code, sentence
FROM (
    SELECT source, code, sentence, 1 AS rank FROM accordant.run_trouble
    WHERE run_id = %(run_id)s AND severity IN ('refused', 'conflict')
      AND object_type = %(object_type)s AND source <> ''
    UNION ALL
    SELECT source, code, detail, 2 FROM accordant.operation
    WHERE run_id = %(run_id)s AND object_type = %(object_type)s AND code <> '' AND state <> 'applied' AND source <> ''
) AS reasons
ORDER BY source, rank, code;
