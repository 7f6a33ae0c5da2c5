"""Everything that makes published files of a collection; each publisher yields (path under the site, bytes)."""
