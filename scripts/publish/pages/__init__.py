"""The pages that are made of records: views, maps, charts, templates, and the shell that they are poured into."""
