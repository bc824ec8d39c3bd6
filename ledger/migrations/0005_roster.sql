-- 交接班: one row a handing over; only added to. The lists are JSON arrays of sentences.
create table handovers (
    id text primary key, at bigint not null, giver text not null check (giver <> ''), taker text not null check (taker <> ''),
    note text not null check (note <> ''), grave text not null, unconfirmed text not null, clocks text not null, dead text not null
);
create index handovers_at on handovers (at)
