-- So that the next queries are planned for what is there. The figures of the contents serve no query.
ANALYZE accordant.side_record (flow, ours, theirs, side, object_type, key, hash, natural_key, mark, link, valid, gone, run_id),
        accordant.binding (flow, ours, theirs, object_type, key, remote_id, ours_hash, theirs_hash, run_id);
