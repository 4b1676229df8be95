"""The values of delivery, and the rules that need nothing else."""
