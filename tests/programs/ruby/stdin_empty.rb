p gets, STDIN.read, $stdin.each_line.to_a, ARGF.read
