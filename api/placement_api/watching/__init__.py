"""What those who watch the service get: figures of its calls, and a line in the log for each."""
