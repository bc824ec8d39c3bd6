"""The web pages and JSON API for analysts, units and leaders (workbench). Arrives with its own issue."""
