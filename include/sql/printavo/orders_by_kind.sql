-- How many orders the tables hold that are not gone, invoices and quotes apart.
SELECT lower(kind) AS kind, count(*) AS records FROM printavo.orders WHERE gone_at IS NULL GROUP BY lower(kind);
