"""A small Prometheus inside the embedded cluster: series, and PromQL on the grammar of promql-parser."""
