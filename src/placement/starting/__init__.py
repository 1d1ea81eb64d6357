"""What an organisation that starts from an empty database may take over: real reference data, nothing made up."""
