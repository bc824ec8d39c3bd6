-- Portable types: text, bigint (UTC microseconds), smallint (booleans), double precision; $blob is blob or bytea.
-- A file NNNN_name.sql runs on both engines, NNNN_name.<engine>.sql on one. Migrations only append; schema = their sum.
create table posts (
    id text primary key, source_id text not null, url text not null, floor bigint not null, title text not null, text text not null,
    published_at bigint, precision text not null, published_raw text not null, first_seen_at bigint not null, reach text not null,
    author_key text not null, raw_sha256 text not null, baseline smallint not null
);
create index posts_seen on posts (first_seen_at);
create table pages (sha256 text primary key, url text not null, content_type text not null, fetched_at bigint not null, body $blob not null);
create table fetch_states (
    source_id text primary key, etag text not null, last_modified text not null, content_hash text not null, due_at bigint not null,
    last_ok_at bigint, last_new_at bigint, failures bigint not null, zero_yields bigint not null, last_error text not null,
    baseline_done smallint not null
);
create table assessments (
    post_id text primary key references posts (id), relevant double precision not null, categories text not null, labels text not null,
    level text not null, forms text not null, form text not null, leads text not null, joint text not null, areas text not null,
    territory text not null, accused text not null, whistleblowing smallint not null, contradicted smallint not null,
    abstain text not null, verdicts text not null, model_version text not null, standard_version text not null
);
create table events (
    id text primary key, title text not null, post_ids text not null, first_post_id text not null, first_source_id text not null,
    first_said_at bigint not null, created_at bigint not null, updated_at bigint not null, source_count bigint not null,
    heat bigint not null, growth double precision not null, phase text not null, opinion_level text not null, level_reasons text not null,
    event_level text not null, labels text not null, form text not null, areas text not null, territory text not null,
    why text not null, merged_into text not null
);
create index events_updated on events (updated_at);
create table event_decisions (event_id text primary key references events (id), decided_at bigint not null, why text not null);
-- a post belongs to one event
create table event_posts (post_id text primary key references posts (id), event_id text not null references events (id));
create table counters (name text primary key, value bigint not null);
create table cases (
    id text primary key, number text not null unique, event_id text not null unique references events (id), title text not null,
    state text not null, opinion_level text not null, labels text not null, form text not null, routing text not null,
    deadlines text not null, opened_at bigint not null, dispatched_at bigint, version bigint not null
);
-- design decision 2: the machine alone only opens a 预警提示
create table transitions (
    case_id text not null references cases (id), seq bigint not null, from_state text, to_state text not null,
    actor_kind text not null check (actor_kind = 'person' or (actor_kind = 'machine' and to_state = '预警提示' and from_state is null)),
    actor text not null check (actor <> ''), at bigint not null, why text not null, primary key (case_id, seq)
);
create index transitions_at on transitions (at);
-- 存证: the raw bytes (zstd) of every post that enters a case
create table evidence (
    case_id text not null references cases (id), post_id text not null, sha256 text not null, body $blob not null,
    primary key (case_id, post_id)
);
create table notices (
    id text primary key, key text not null unique, kind text not null, case_id text not null, recipient text not null,
    channel text not null, address text not null, subject text not null, text text not null, html text not null, thread text not null,
    created_at bigint not null, state text not null, attempts bigint not null, next_attempt_at bigint not null, claimed_until bigint,
    claimed_by text not null, attachments text not null, urgent smallint not null
);
-- daily digests issued, and who reviewed them
create table digests (
    day text not null, kind text not null, made_at bigint not null, html_path text not null, word_path text not null,
    reviewed_by text not null, reviewed_at bigint, primary key (day, kind)
);
create index notices_due on notices (state, next_attempt_at);
create table deliveries (
    notice_id text not null references notices (id), attempt bigint not null, at bigint not null, outcome text not null,
    code text not null, detail text not null, primary key (notice_id, attempt)
);
create table reviews (
    id text primary key, post_id text not null, task text not null, before text not null, value text not null, by text not null,
    at bigint not null, why text not null
);
create table audit (
    seq bigint primary key, at bigint not null, actor text not null, action text not null, subject text not null,
    detail text not null, previous text not null, digest text not null
);
