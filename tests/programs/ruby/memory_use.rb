begin
  a = []
  loop { a << "x" * 1_000_000 }
rescue NoMemoryError => e
  a = nil
  puts e.message
end
