-- 通知: the outbox.

-- name: notices.due
-- Due, or claimed by a sender whose lease has run out. Urgent first. What a clock that has since been set back left in the future is due:
-- a notice not tried since, and a claim longer than any lease.
select * from notices
where (state = 'pending' and (next_attempt_at <= :now or (created_at > :ahead and next_attempt_at >= created_at)))
   or (state = 'claimed' and (claimed_until < :now or claimed_until > :beyond))
order by urgent desc, next_attempt_at, id limit :most;

-- name: notice.claim
-- Compare-and-set: nobody else claimed or finished it since it was read.
update notices set state = 'claimed', claimed_by = :by, claimed_until = :until
where id = :id and state = :state and claimed_by = :claimed_by and attempts = :attempts;

-- name: notice.finish
update notices set state = :state, attempts = :attempts, next_attempt_at = :next_attempt_at, claimed_by = '', claimed_until = null
where id = :id and state = 'claimed' and claimed_by = :claimed_by;

-- name: notice.release
-- Compare-and-set: its own claim only.
update notices set state = 'pending', claimed_by = '', claimed_until = null
where id = :id and state = 'claimed' and claimed_by = :claimed_by and attempts = :attempts;

-- name: notices.take_over
-- Claims of senders that are gone.
update notices set state = 'pending', claimed_by = '', claimed_until = null where state = 'claimed' and claimed_by <> :by;

-- name: notices.all
select * from notices order by created_at, id;

-- name: notices.in_state
select * from notices where state = :state order by created_at, id;

-- name: notices.keys_of_kind
select key from notices where kind = :kind;

-- name: deliveries.of_notice
select * from deliveries where notice_id = :notice_id order by attempt;
