-- 研判: what the next stage takes up. Oldest first.

-- name: posts.unassessed
select p.* from posts p left join assessments a on a.post_id = p.id
where a.post_id is null order by p.first_seen_at, p.id limit :most;

-- name: posts.ungathered
-- Relevant posts in no event.
select p.* from posts p join assessments a on a.post_id = p.id left join event_posts e on e.post_id = p.id
where e.post_id is null and a.relevant >= :relevant_from order by p.first_seen_at, p.id limit :most;
