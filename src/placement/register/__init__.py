"""What people enter before a term is planned: lärosäten ask, providers offer, agreements bind."""
