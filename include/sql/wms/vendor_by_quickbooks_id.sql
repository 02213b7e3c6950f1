SELECT id::text AS key FROM wms.vendor WHERE quickbooks_id = %(quickbooks_id)s::text;
