-- 交接班记录.

-- name: handovers.newest
select * from handovers order by at desc, id desc limit :most;
