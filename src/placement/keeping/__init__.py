"""What is kept of the service outside its database against its loss: backups, and how they are put back."""
