"""Side-by-side measurements, one command: ./run.sh bench [name…]. Ratios and medians in one run on one machine; never in a test."""
