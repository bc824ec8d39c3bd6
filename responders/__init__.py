"""交办与回应: routing, lifecycle, deadlines. Network only in channels/ (not built yet)."""
