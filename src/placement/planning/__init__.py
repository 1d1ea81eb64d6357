"""What a plan is made from: runs that are asked for, decisions taken by hand, and the problem gathered from rows."""
