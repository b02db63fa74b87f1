"""The creators' own pages at /portal: one module a page, each with a blueprint `pages`."""
