n = 0
100_000.times { begin; raise "x"; rescue; n += 1; end }
50_000.times { catch(:a) { throw :a } }
p n
