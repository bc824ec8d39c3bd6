-- 案卷: what a case's file holds beside its moves; only added to. content is the JSON of a record of records/paper.py, by kind.
create table papers (
    id text primary key, case_id text not null references cases (id), seq bigint not null, kind text not null, unit text not null,
    by text not null check (by <> ''), at bigint not null, content text not null, unique (case_id, seq)
);
create index papers_at on papers (at);
create index cases_state on cases (state)
