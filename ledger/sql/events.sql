-- 事件: posts on one happening.

-- name: event.undecide
delete from event_decisions where event_id = :event_id;

-- name: events.touched
-- Not merged away, touched in [since, until).
select * from events where updated_at >= :since and updated_at < :until and merged_into = '' order by created_at, id;

-- name: events.undecided
-- New, or changed since the last decision.
select e.* from events e left join event_decisions d on d.event_id = e.id
where d.event_id is null and e.merged_into = '' order by e.created_at, e.id;

-- name: events.decisions
-- Why each event did or did not become a case.
select event_id, why from event_decisions order by event_id;

-- name: event.grade
-- 突发事件等级: set by people only, whatever the machine writes meanwhile.
update events set event_level = :event_level where id = :id;
