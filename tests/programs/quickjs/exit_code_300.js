// Only the lowest eight bits count.
process.exit(300);
