"""What every door says alike: values in a person's own units, counts, days, how sure, and the sentences of signals."""
