20_000.times { |i| puts "line #{i}" }
$stdout.write("x" * 200_000, "\n")
