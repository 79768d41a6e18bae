at_exit { puts "bye" }
abort "it failed"
