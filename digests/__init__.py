"""每日舆情: records of one day → document model → HTML and Word. No network, no database, no clock."""
