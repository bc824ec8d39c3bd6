"""收集: pages and feeds → posts. Network only in fetch.py (not built yet)."""
