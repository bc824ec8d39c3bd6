-- 发件箱: what went out lately, what could not be delivered.

-- name: outbox.lately
-- Attempts since an instant with the notice they were about, oldest first.
select n.*, d.attempt as d_attempt, d.at as d_at, d.outcome as d_outcome, d.code as d_code, d.detail as d_detail
from deliveries d join notices n on n.id = d.notice_id where d.at >= :since order by d.at, n.id;

-- name: outbox.dead
-- Dead letters with the answer that ended each, oldest first.
select n.*, d.attempt as d_attempt, d.at as d_at, d.outcome as d_outcome, d.code as d_code, d.detail as d_detail
from notices n join deliveries d on d.notice_id = n.id and d.attempt = n.attempts where n.state = 'dead' order by d.at, n.id;

-- name: outbox.claimed_channels
select distinct channel from notices where state = 'claimed';

-- name: outbox.requeue
-- Compare-and-set: only a dead letter goes out again, once.
update notices set state = 'pending', next_attempt_at = :at, claimed_by = '', claimed_until = null
where id = :id and state = 'dead' and attempts = :attempts;
