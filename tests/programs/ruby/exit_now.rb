at_exit { puts "no" }
puts 1
exit! 5
