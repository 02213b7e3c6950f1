-- The site of this name, made if missing. The update changes nothing; it is there to get the id back either way.
INSERT INTO wms.site (name)
VALUES (%(name)s::text)
ON CONFLICT (lower(name)) DO UPDATE SET name = site.name
RETURNING site.id::text AS key;
