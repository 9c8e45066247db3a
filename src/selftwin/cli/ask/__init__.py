"""Ask: what if, what are my chances, what would it take."""
