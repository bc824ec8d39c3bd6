-- 收集: posts, pages, polling states.

-- name: post.reach
-- A known post only gets its newer counts.
update posts set reach = :reach where id = :id;

-- name: page.by_sha
select * from pages where sha256 = :sha256;

-- name: states.all
select * from fetch_states order by source_id;

-- name: posts.seen_between
select * from posts where first_seen_at >= :since and first_seen_at < :until order by first_seen_at, id;

-- name: posts.count_between
-- Posts seen, and how many of them were relevant.
select count(*) as posts, coalesce(sum(case when a.relevant >= :relevant_from then 1 else 0 end), 0) as relevant
from posts p left join assessments a on a.post_id = p.id
where p.first_seen_at >= :since and p.first_seen_at < :until;
