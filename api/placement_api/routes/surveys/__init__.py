"""Routes of what is asked and answered: surveys, their rounds and their figures; they mirror `placement.surveys`."""
