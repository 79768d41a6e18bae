caught = 0
100_000.times { begin; raise "x"; rescue; caught += 1; end }
100_000.times { [1].each { break } ; catch(:a) { throw :a } }
10_000.times { begin; Integer("z"); rescue ArgumentError; caught += 1; end }
def find(a) = a.each { |x| return x if x > 1 }
50_000.times { find([1, 2, 3]) }
p caught
