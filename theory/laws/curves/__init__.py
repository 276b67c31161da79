"""Information curves, what a schedule costs by them, and the best schedules."""
