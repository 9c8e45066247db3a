"""Commands that begin a twin or bring one back."""
