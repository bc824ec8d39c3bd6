-- words that tell an event from others
alter table events add column keywords text not null default '[]'
