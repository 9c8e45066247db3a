"""What is read off glucose curves: time in ranges, excursions, a day's profile, and how wrong a wrong value matters."""
