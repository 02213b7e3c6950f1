SELECT id::text AS key FROM wms.inventory_adjustment WHERE quickbooks_id = %(quickbooks_id)s::text;
