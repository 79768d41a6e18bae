def down(n) = n.zero? ? 0 : 1 + down(n - 1)
p down(5000)
def endless = endless()
begin
  endless
rescue SystemStackError => e
  p e.class, e.message
end
def blocks(n) = [n].each { |x| blocks(x + 1) }
begin
  blocks(0)
rescue SystemStackError => e
  puts e.message
end
def collect(n) = n.zero? ? (GC.start; 0) : [1].sum { 1 + collect(n - 1) }
p collect(1000)
def raising(n) = n.zero? ? raise("bottom") : [1].each { raising(n - 1) }
begin
  raising(1000)
rescue => e
  p e.message, e.backtrace.size
end
p Marshal.load(Marshal.dump((1..500).inject([]) { |a, _| [a] })).flatten
