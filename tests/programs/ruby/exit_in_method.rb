def f = exit(7)
begin
  f
rescue => e
  puts "not caught"
end
