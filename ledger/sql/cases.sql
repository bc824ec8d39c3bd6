-- 交办: cases and their moves. Moves are compare-and-set: the caller checks the row count.

-- name: case.number
-- The next number of a day, from its counter row.
insert into counters (name, value) values (:name, 1) on conflict (name) do update set value = counters.value + 1 returning value;

-- name: case.move
update cases set state = :state, opinion_level = :opinion_level, labels = :labels, form = :form, routing = :routing,
    deadlines = :deadlines, dispatched_at = :dispatched_at, title = :title, version = version + 1
where id = :id and version = :version and state = :from_state;

-- name: case.regrade
-- The level grew with the event; state and clocks of the case stay.
update cases set opinion_level = :opinion_level, version = version + 1 where id = :id and version = :version;

-- name: cases.all
select * from cases order by number;

-- name: cases.in_state
select * from cases where state = :state order by number;

-- name: cases.current
-- Open, or moved in [since, until).
select * from cases c where c.state <> :archived
    or exists (select 1 from transitions t where t.case_id = c.id and t.at >= :since and t.at < :until) order by c.number;

-- name: cases.opened_between
select count(*) as cases from cases where opened_at >= :since and opened_at < :until;

-- name: transitions.of_case
select * from transitions where case_id = :case_id order by seq;

-- name: transitions.next
select coalesce(max(seq), 0) + 1 as seq from transitions where case_id = :case_id;

-- name: evidence.of_case
select post_id, sha256, body from evidence where case_id = :case_id order by post_id;

-- name: case.amend
-- Clocks or grade changed by a paper; the state stays.
update cases set deadlines = :deadlines, version = version + 1 where id = :id and version = :version and state = :state;

-- name: event.grade
-- Only what people set: the event may have grown since it was read.
update events set event_level = :event_level where id = :id;

-- name: papers.of_case
select * from papers where case_id = :case_id order by seq;

-- name: papers.between
-- Papers written in [since, until), oldest first.
select * from papers where at >= :since and at < :until order by at, id;

-- name: papers.next
select coalesce(max(seq), 0) + 1 as seq from papers where case_id = :case_id;
