"""What is normal for one person, and what comes next."""
