"""Routes of site rounds: setting up, wishes, the draw, its outcome; they mirror `placement.site_choice`."""
