"""What carries out a run: the worker claims it, a child process solves it, and the plan is stored."""
