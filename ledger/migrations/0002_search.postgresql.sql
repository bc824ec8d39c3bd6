-- words: pre-segmented, masked tokens (ledger/search.py), the same on both engines; 'simple' changes nothing about them
create table post_words (id text primary key references posts (id), words tsvector not null);
create index post_words_words on post_words using gin (words)
