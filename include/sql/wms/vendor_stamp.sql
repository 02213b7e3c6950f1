-- Bind a record to QuickBooks. Not a change: updated_at stays as it is.
UPDATE wms.vendor SET quickbooks_id = %(quickbooks_id)s::text, last_synced_to_qb = now()
WHERE id = %(key)s::bigint
RETURNING id::text AS key;
