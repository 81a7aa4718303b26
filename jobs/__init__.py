"""Background work: the database row is the truth, the queue is only a doorbell."""
