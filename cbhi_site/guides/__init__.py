"""Help for every page, guides for field staff and facilitators, and the training example."""
