SELECT id::text AS key FROM wms.purchase_order WHERE quickbooks_id = %(quickbooks_id)s::text;
