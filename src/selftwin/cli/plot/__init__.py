"""Pictures for paper and pages, PNG or SVG, in the house's colours; drawn by matplotlib, an extra."""
