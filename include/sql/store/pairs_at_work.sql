-- The pairs of accounts between which a flow has runs that did not end.
SELECT DISTINCT ours, theirs FROM accordant.run WHERE flow = %(flow)s AND state = 'running';
