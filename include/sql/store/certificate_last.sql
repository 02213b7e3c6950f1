SELECT id, position FROM accordant.certificate WHERE flow = %(flow)s ORDER BY position DESC LIMIT 1;
