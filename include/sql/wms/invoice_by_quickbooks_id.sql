SELECT id::text AS key FROM wms.invoice WHERE quickbooks_id = %(quickbooks_id)s::text;
