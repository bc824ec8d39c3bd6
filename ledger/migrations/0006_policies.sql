-- 政策跟踪: documents under watch and rounds of 征求意见. Lists and days are JSON; the newest version stands here, each change in the audit chain.
create table policies (
    id text primary key check (id <> ''), title text not null, number text not null, issued_on text not null, url text not null, unit text not null,
    clauses text not null, short_names text not null, watch_words text not null, until text not null, interpreted_on text not null,
    by text not null check (by <> ''), at bigint not null
);
create table consultations (
    id text primary key check (id <> ''), title text not null, unit text not null, opens text not null, closes text not null, url text not null,
    suggestions text not null, by text not null check (by <> ''), at bigint not null
);
-- 提及: what each post did with a document, without a word of it: counts outlive the posts, whose retention is shorter than a document's life
create table policy_mentions (
    policy_id text not null references policies (id), post_id text not null, clause text not null, kind text not null, primary key (policy_id, post_id)
)
