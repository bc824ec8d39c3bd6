-- 账号、会话、登录失败. A session is found by the sha256 of its token; the token itself is never stored.
create table users (
    id text primary key, login text not null unique, name text not null check (name <> ''), unit text not null, roles text not null check (roles <> ''),
    password_hash text not null, must_change bigint not null, created_at bigint not null, disabled_at bigint
);
create table sessions (
    digest text primary key, user_id text not null references users (id), csrf text not null, created_at bigint not null, seen_at bigint not null
);
create index sessions_user on sessions (user_id);
create table login_failures (id text primary key, subject text not null, at bigint not null);
create index login_failures_subject on login_failures (subject, at)
