SELECT id::text AS key, name, is_active, quickbooks_id FROM wms.site ORDER BY id;
