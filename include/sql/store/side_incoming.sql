-- What a side gave, before it is known whether it changed: enough to tell, and each row's place in the reading.
SET LOCAL work_mem = '64MB';
SET LOCAL cursor_tuple_fraction = 1;
CREATE TEMPORARY TABLE incoming (
    number integer, object_type text, key text, hash text, revision text, gone boolean) ON COMMIT DROP;
