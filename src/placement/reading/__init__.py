"""How a plan is read: reasons, prices, and two plans compared."""
