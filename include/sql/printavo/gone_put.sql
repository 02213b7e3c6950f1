INSERT INTO printavo_staging.gone (name, id) SELECT %(name)s, unnest(%(ids)s::text[]) ON CONFLICT DO NOTHING;
