"""Site choice: how the students of a decentralised programme are given their sites, without a database or a name."""
