"""What is computed: kinds of units, profiles, trainings, sizes and budgets."""
