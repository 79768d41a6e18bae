at_exit { raise "late" }
at_exit { puts "still runs" }
puts 1
