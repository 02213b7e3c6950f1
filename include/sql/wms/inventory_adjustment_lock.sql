-- Hold a record until the transaction ends; then read it, compare, and write. Content is not read here on purpose:
-- a statement that had to wait for the lock still sees the lines as they were before it waited.
SELECT id::text AS key, updated_at, quickbooks_id, last_synced_to_qb
FROM wms.inventory_adjustment
WHERE id = %(key)s::bigint
FOR UPDATE;
