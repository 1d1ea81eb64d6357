"""Pages: what people without a token open in a browser; each works without scripts, in Swedish and in English."""
