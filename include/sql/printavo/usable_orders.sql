-- Those of some orders that this run read, whole and usable.
SELECT id FROM printavo_staging.orders WHERE id = ANY(%(ids)s) AND NOT refused;
