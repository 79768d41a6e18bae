at_exit { puts "first registered" }
at_exit { puts "second"; at_exit { puts "nested" } }
END { puts "END block" }
at_exit { puts "error is #{$!.inspect}" }
trap("EXIT") { puts "trap" }
puts "main"
exit 3
