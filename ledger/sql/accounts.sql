-- 账号、会话、登录失败.

-- name: users.all
select * from users order by login;

-- name: users.by_login
select * from users where login = :login;

-- name: users.password
update users set password_hash = :password_hash, must_change = :must_change where id = :id;

-- name: users.disable
-- Once: a second call changes nothing.
update users set disabled_at = :at where id = :id and disabled_at is null;

-- name: sessions.with_user
select u.*, s.digest, s.csrf, s.created_at as session_created_at, s.seen_at
from sessions s join users u on u.id = s.user_id where s.digest = :digest and u.disabled_at is null;

-- name: sessions.seen
update sessions set seen_at = :at where digest = :digest and seen_at < :at;

-- name: sessions.end
delete from sessions where digest = :digest;

-- name: sessions.end_of_user
delete from sessions where user_id = :user_id;

-- name: failures.since
select count(*) as found from login_failures where subject = :subject and at > :since;

-- name: failures.clear
delete from login_failures where subject = :subject;
