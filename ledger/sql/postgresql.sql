-- What only PostgreSQL says so; a statement named like a portable one replaces it.

-- name: search.add
insert into post_words (id, words) values (:id, array_to_tsvector(string_to_array(:words, ' ')));

-- name: search.find
select p.* from post_words w join posts p on p.id = w.id where w.words @@ (:asked)::tsquery order by p.first_seen_at desc, p.id limit :most;

-- name: notices.due
select * from notices
where (state = 'pending' and (next_attempt_at <= :now or (created_at > :ahead and next_attempt_at >= created_at)))
   or (state = 'claimed' and (claimed_until < :now or claimed_until > :beyond))
order by urgent desc, next_attempt_at, id limit :most for update skip locked;

-- name: ledger.lock
-- One opening or audit entry at a time, until the transaction ends.
select pg_advisory_xact_lock(1752528249)::text as locked;
