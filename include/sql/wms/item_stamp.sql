-- Bind a record and its lines to QuickBooks. Not a change: updated_at stays as it is.
WITH stamped AS (
    UPDATE wms.item SET quickbooks_id = %(quickbooks_id)s::text, last_synced_to_qb = now()
    WHERE id = %(key)s::bigint
    RETURNING id
), lines AS (
    UPDATE wms.item_component AS line SET quickbooks_id = given.quickbooks_id
    FROM jsonb_to_recordset(%(lines)s::jsonb) AS given (id bigint, quickbooks_id text)
    WHERE line.id = given.id AND line.assembly_id = %(key)s::bigint
)
SELECT id::text AS key FROM stamped;
