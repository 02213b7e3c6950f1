-- What lies where. Goods without a site have '' for it.
SELECT stock.item_id::text AS item, COALESCE(site.name, '') AS site, stock.quantity_on_hand::text AS quantity
FROM wms.stock
LEFT JOIN wms.site ON site.id = stock.site_id
ORDER BY stock.item_id, site.name;
