"""Body weight and what it is made of."""
