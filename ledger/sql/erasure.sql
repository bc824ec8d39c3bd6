-- 删除与到期清理: rows that name a post go before the post (foreign keys).

-- name: erasure.posts
-- A thread's floors share its URL.
select * from posts where url = :url order by floor, id;

-- name: erasure.unlink
delete from event_posts where post_id = :id;

-- name: erasure.unjudge
delete from assessments where post_id = :id;

-- name: erasure.unindex
delete from post_words where id = :id;

-- name: erasure.unprove
delete from evidence where post_id = :id;

-- name: erasure.post
delete from posts where id = :id;

-- name: erasure.page
delete from pages where sha256 = :sha256;

-- name: erasure.pages_of_host
-- By key, some at a time: bodies are large.
select sha256, body from pages where (url = :url or url like :host) and sha256 > :after order by sha256 limit :most;

-- name: erasure.evidence_keys
select case_id, post_id from evidence order by case_id, post_id;

-- name: erasure.evidence_body
select body from evidence where case_id = :case_id and post_id = :post_id;

-- name: erasure.reduce
-- What stays of another post's evidence: its own text.
update evidence set body = :body where case_id = :case_id and post_id = :post_id;

-- name: erasure.events
-- The event it belongs to, and events merged away that still list it.
select * from events where post_ids like :held or first_post_id = :id order by id;

-- name: erasure.drop_event
delete from events where id = :id;

-- name: erasure.cases
select id, number, title, routing from cases where event_id = :event_id;

-- name: erasure.retitle
-- No move: state and clocks stay, and who read the old version moves no stale title.
update cases set title = :title, routing = :routing, version = version + 1 where id = :id;

-- name: erasure.notices_of_case
update notices set subject = :said, text = :said, html = '' where case_id = :case_id;

-- name: erasure.notice
update notices set subject = :said, text = :said, html = '' where id = :id;

-- name: erasure.notice_words
select id, thread, subject, text, html from notices where id > :after order by id limit :most;

-- name: erasure.errors
select source_id, last_error from fetch_states where last_error <> '';

-- name: erasure.error
update fetch_states set last_error = :said where source_id = :source_id;

-- name: erasure.decision
update event_decisions set why = :said where event_id = :event_id;

-- name: erasure.papers
select p.id, p.kind, p.content, c.number from papers p join cases c on c.id = p.case_id order by c.number, p.seq;

-- name: erasure.moves
select t.seq, t.why, c.number from transitions t join cases c on c.id = t.case_id order by c.number, t.seq;

-- name: erasure.reviews
select id, why from reviews where why <> '' order by id;

-- name: erasure.entries
select seq, actor, subject, detail from audit order by seq;
