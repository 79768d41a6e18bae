n = gets.to_i
rows = Array.new(n) { gets.split.map(&:to_i) }
p rows, rows.flatten.sum
while line = gets
  puts line.chomp.upcase
end
