"""研判: Posts → Assessments → Events → levels. Pure: no network, no database, no clock; models and lexicons arrive as arguments."""
