-- 复核、审计、日报.

-- name: reviews.all
select * from reviews order by at, id;

-- name: audit.last
select seq, digest from audit order by seq desc limit 1;

-- name: audit.all
select * from audit order by seq;

-- name: digest.review
-- Once: a second review changes nothing.
update digests set reviewed_by = :by, reviewed_at = :at where day = :day and kind = :kind and reviewed_by = '';

-- name: digest.of_day
select * from digests where day = :day and kind = :kind;

-- name: audit.newest
select * from audit order by seq desc limit :most;

-- name: digests.newest
select * from digests order by made_at desc, day, kind limit :most;
