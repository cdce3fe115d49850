"""The parts of bench/compare and bench/soak: machine, processes, peers, workloads, measuring, reporting."""
