"""What is stored and what people do: the term, its places and its students."""
