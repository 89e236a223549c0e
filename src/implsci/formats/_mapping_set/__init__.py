"""Sets of mappings as SSSOM writes them: metadata in YAML above rows of tab-separated cells."""
