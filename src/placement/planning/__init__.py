"""What a plan is made from: the runs ordered, the decisions made by hand, and the problem gathered from the rows."""
