"""The roof: settings, pipeline, daemon, command line. Wires everything; decides nothing."""
