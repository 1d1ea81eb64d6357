"""How each agreement differs from the county's template, so that anyone can check that terms are equal."""
