"""How a body works: published models, fitted to one person with their uncertainty."""
