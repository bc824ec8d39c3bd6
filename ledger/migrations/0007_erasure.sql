-- 删除登记: what was erased stays erased. Never the URL, only its digest; by and at are those of the audit entry
create table erasures (url_sha256 text primary key, at bigint not null, by text not null check (by <> ''))
