SELECT id::text AS key FROM wms.customer WHERE quickbooks_id = %(quickbooks_id)s::text;
