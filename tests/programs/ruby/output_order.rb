print "a"
$stderr.print "b"
puts "c"
STDERR.puts "d"
$stdout.write("e", 1, "\n")
warn "f"
$stdout.flush
$stdout << "g" << "\n"
putc "h"; putc 10
$stdout.printf("%d\n", 5)
display; puts
p; p 1, 2; puts [1, [nil]], nil; print "x", "y\n"; pp({ a: 1 })
$, = nil
saved, $stdout = $stdout, StringIO.new
puts "hidden"
text, $stdout = $stdout.string, saved
p text
