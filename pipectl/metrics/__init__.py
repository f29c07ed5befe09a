"""Numbers of a period, one file a theme; `registry` lists them."""
