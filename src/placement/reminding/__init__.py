"""Reminders to those who have not answered, and of agreements and trainings that run out, each sent once."""
