puts 1
at_exit { puts 3 }
return
puts 2
