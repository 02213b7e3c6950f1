SELECT id::text AS key FROM wms.item WHERE quickbooks_id = %(quickbooks_id)s::text;
