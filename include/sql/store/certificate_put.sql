INSERT INTO accordant.certificate (id, position, flow, run_id, previous, content, matches)
VALUES (%(id)s, %(position)s, %(flow)s, %(run_id)s, %(previous)s, %(content)s, %(matches)s);
