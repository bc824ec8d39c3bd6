-- words: pre-segmented, masked tokens (ledger/search.py), the same on both engines
create virtual table post_words using fts5 (id unindexed, words, tokenize = "unicode61 remove_diacritics 0")
