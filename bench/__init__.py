"""Side-by-side measurements with named peers and limits."""
