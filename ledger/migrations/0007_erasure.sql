-- 删除登记: what was erased stays erased. Never the URL, only its digest; by and at are those of the audit entry
create table erasures (url_sha256 text primary key, at bigint not null, by text not null check (by <> ''));
-- its posts' ids, as the audit chain names them: what a crawl need not fetch again
create table erased_posts (post_id text primary key, url_sha256 text not null references erasures (url_sha256));
-- what keeps a post from going: a case it is evidence of; what goes with it: its event
create index evidence_post on evidence (post_id);
create index event_posts_event on event_posts (event_id)
