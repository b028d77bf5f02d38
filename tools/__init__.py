"""What maintainers run: notebooks built, style checked, claims counted over seeds."""
