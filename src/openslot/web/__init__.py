"""HTTP: everything a program or a person reaches over the network."""
