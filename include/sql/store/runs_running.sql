-- The runs of a flow that did not end.
SELECT id::text AS run, ours, theirs FROM accordant.run WHERE flow = %(flow)s AND state = 'running';
