SELECT id::text AS key FROM wms.sales_order WHERE quickbooks_id = %(quickbooks_id)s::text;
