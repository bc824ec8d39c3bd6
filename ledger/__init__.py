"""台账: the store. One Protocol; SQLite here. Records in, records out; nothing decided."""
