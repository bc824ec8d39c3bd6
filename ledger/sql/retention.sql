-- 保存期限: what has expired, oldest first, some at a time.

-- name: retention.posts
-- records/retention.py decides; not judged yet counts as relevant. A post of a case not archived is held, by membership or as evidence.
select p.id, p.first_seen_at, case when a.relevant < :relevant_from then 1 else 0 end as irrelevant
from posts p left join assessments a on a.post_id = p.id
where p.first_seen_at < :latest
    and p.first_seen_at < case when a.relevant < :relevant_from then :irrelevant_before else :relevant_before end
    and (p.first_seen_at, p.id) > (:at, :id)
    and not exists (select 1 from event_posts m join cases c on c.event_id = m.event_id where m.post_id = p.id and c.state <> :archived)
    and not exists (select 1 from evidence e join cases c on c.id = e.case_id where e.post_id = p.id and c.state <> :archived)
order by p.first_seen_at, p.id limit :most;

-- name: retention.pages
-- The evidence of a case holds its own copy.
select sha256 from pages where fetched_at < :before order by fetched_at, sha256 limit :most;

-- name: retention.count_pages
select count(*) as pages from pages where fetched_at < :before;

-- name: retention.cases
select 1 as found from cases where event_id = :event_id;

-- name: retention.merged
-- Merged away long ago: neither members nor a case.
select id from events e where merged_into <> '' and updated_at < :before
    and not exists (select 1 from event_posts m where m.event_id = e.id) and not exists (select 1 from cases c where c.event_id = e.id)
order by id limit :most;
