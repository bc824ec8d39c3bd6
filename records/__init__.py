"""The floor: frozen records and the field's words. No IO, no clock, nothing of ours imported."""
