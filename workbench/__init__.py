"""Workbench (工作台): the pages of analysts, units and leaders. Pages call verbs (`actions.Actions`), never stages."""
