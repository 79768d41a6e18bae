def f(n) = [n].map { |x| f(x + 1) }
begin
  f(0)
rescue SystemStackError => e
  puts e.message
end
def g(n) = n.zero? ? (GC.start; 0) : [1].sum { 1 + g(n - 1) }
p g(1000)
