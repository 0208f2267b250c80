"""The facts of the forum as published, and what is provisional in them."""
