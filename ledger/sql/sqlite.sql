-- What only SQLite says so.

-- name: search.add
insert into post_words (id, words) values (:id, :words);

-- name: search.find
select p.* from post_words w join posts p on p.id = w.id where w.words match :asked order by p.first_seen_at desc, p.id limit :most;

-- name: ledger.lock
-- One opening or audit entry at a time (begin immediate already holds the only write lock).
select 1 as locked;
