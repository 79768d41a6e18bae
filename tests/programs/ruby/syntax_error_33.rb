def foo
  x = [1,
end
puts 1
