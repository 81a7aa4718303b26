"""What if? One pure model and one page for each of a planner's questions about a saved package."""
