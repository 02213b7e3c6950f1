-- The clock that updated_at is set by: the watermark of the next read.
SELECT clock_timestamp() AS now;
