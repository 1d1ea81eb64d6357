"""What a plan comes to, and what is scarce in it: figures for people, reckoned from problem, plan and prices alone."""
