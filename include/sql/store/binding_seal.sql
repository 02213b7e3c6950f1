-- Both sides were read back and are equal: what is unchanged from here on needs no look.
UPDATE accordant.binding AS b
SET sealed_hash = s.hash
FROM unnest(%(keys)s::text[], %(hashes)s::text[]) AS s (key, hash)
WHERE b.flow = %(flow)s AND b.ours = %(ours)s AND b.theirs = %(theirs)s
  AND b.object_type = %(object_type)s AND b.key = s.key AND b.sealed_hash <> s.hash;
