-- 日报编辑: what analysts changed of an issue before it went out; only added to. events is a JSON list of ids.
create table digest_edits (
    id text primary key, day text not null, issue text not null, kind text not null, events text not null, words text not null,
    by text not null check (by <> ''), at bigint not null
);
create index digest_edits_of on digest_edits (day, issue);
-- what was regraded in a span is read from here
create index audit_at on audit (at)
