config = { db: { user: "admin", ports: [1, 2, 3] }, mode: "dev" }
case config
in { db: { user: String => user, ports: [first, *rest] }, mode: "dev" | "test" => mode } if rest.size > 1
  p user, first, rest, mode
end
case [1, [2, { a: nil }]]
in [Integer => i, [x, { a: nil }]] then nil
end
({ a: 1 } => { a: })
p i, x, (5 in 1..9), a
value = 5
case 5
in ^value then puts :pinned
end
begin; case 7
in 8 then 1 end; rescue NoMatchingPatternError => e; p e.class, e.message; end
begin; { a: 1 } => { b: }; rescue NoMatchingPatternKeyError => e; p e.message; end
case [1, 42, "x", :y]
in [*, String => s, *post] then p s, post
end
Point = Struct.new(:x, :y) { def +(o) = Point.new(x + o.x, y + o.y) }
p Point.new(1, 2) + Point.new(3, 4), Point.new(1, 2) == Point.new(1, 2), Point.new(1).to_a
case Point.new(1, 2)
in [x, y] then p [x, y]
end
Kw = Struct.new(:a, :b, keyword_init: true); p Kw.new(a: 1, b: 2)
Coord = Data.define(:lat, :lng) { def to_s = "(#{lat}, #{lng})" }
c = Coord.new(lat: 1, lng: 2); puts c, c.inspect, c.with(lat: 9).inspect
begin; c.instance_variable_set(:@lat, 3); rescue => e; puts e.class; end
begin; Coord.new(1); rescue ArgumentError => e; puts e.message; end
module Shout; refine(String) { def shout = upcase + "!" }; end
using Shout
puts "hey".shout
class Version; include Comparable; attr_reader :n; def initialize(n) = @n = n; def <=>(o) = n <=> o.n; def inspect = "v#{n}"; def succ = Version.new(n + 1); end
p [Version.new(3), Version.new(1)].min, Version.new(2).between?(Version.new(1), Version.new(3)), Version.new(5).clamp(Version.new(1), Version.new(3)), (Version.new(1)..Version.new(3)).to_a
begin; "lit".freeze << "x"; rescue FrozenError => e; puts e.message; end
CONST = %w[a b].freeze
begin; CONST << "c"; rescue => e; puts e.message; end
def args(a, b = 2, *c, d, e:, f: 6, **g, &h) = [a, b, c, d, e, f, g, h&.call]
p args(1, 4, e: 5), args(1, 2, 3, 4, e: 5, z: 1) { :blk }
def fwd(...) = args(...)
p fwd(1, 2, e: 3), method(:args).arity, method(:args).parameters.size
puts <<~TEXT, format("%05.1f|%-6s|%+d|%x|%e|%08b|%%|%s", 3.14159, "ab", 5, 255, 12345.678, 5, [1]), "%.3s|%3d|%-5d|" % ["abcdef", 7, 8]
  indented
    more #{1 + 1}
TEXT
p 10**30, 7.fdiv(2), -7 / 2, -7 % 3, 3.7 % 1, 1e20.to_i, 0.1 + 0.2, 1_000.digits, 255.to_s(2), "ff".hex, Rational(1, 3) + 1, Complex(1, 2)**2, 10.pow(20, 7), Integer.sqrt(99)
p "héllo".bytes.size, "héllo".reverse, "日本語".chars, "é".encode("ISO-8859-1").bytes, "日本".encode("Shift_JIS").bytesize, "a\xFF".scrub("?"), "é".unicode_normalize(:nfd).size, "x".encoding, "x".b.encoding, "\u00e9" == "é", "ß".upcase, "ÀÉ".downcase
begin; "é\xff".encode("UTF-16"); rescue => e; puts e.class; end
begin; "é".encode("US-ASCII"); rescue => e; puts e.message; end
p "The Cat".sub(/(?<w>c\w+)/i) { $~[:w].upcase }, "a1b22".scan(/[a-z]\d+/), "x-y_z".tr("-_", "  "), "abc" =~ /c/, $~[0], "k=v; q=w".scan(/(\w)=(\w)/).to_h, "%s" % nil.inspect
p [3, 1, 2].sort_by { -_1 }, [1, 2, 3, 4].partition(&:even?), %w[a b a].tally, [1, [2, [3]]].flatten(1), [1, 2, 3].each_with_object([]) { |v, acc| acc << v * 2 }, (1..10).step(3).to_a, [1, 2, 3].inject(:+), { a: 1 }.map { |k, v| [k, v + 1] }.to_h, [1, 2, 3, 4].each_slice(2).to_a, %w[x y].cycle.first(3), [nil, 1].compact, [[1, :a]].to_h, [5, 3].minmax
p({ a: 1, "b" => 2, 3 => nil, nil => [1] }, { a: 1 }.merge({ b: 2 }) { 0 }, { b: 1, a: 2 }.sort.to_h, { a: 1 }.filter_map { |k, v| k if v }, { a: { b: 1 } }.dig(:a, :b), Hash.new { |h, k| h[k] = k * 2 }[4])
p ObjectSpace.each_object(Class).include?(Point), defined?(foo), defined?(puts), [1, 2, 3].frozen?, :sym.to_proc.call("x") rescue p $!.class
x = [1, 2, 3].then { |a, *| a }
p x, it_works = [1, 2].map { _1 + 1 }
p catch(:done) { 10.times { |k| throw :done, k if k == 3 }; :never }
def multi = return 1, 2
a, (b, *c), d = 1, [2, 3, 4], 5
p multi, a, b, c, d, (true and not false), [*1..3, *"a".."c"], 5.clamp(..3), 1 <=> "a"
puts [1, [2, [nil, 3]]].to_s, nil.to_a.inspect, :a.inspect, "q\"\e\u0001".inspect, 'sq\'s', ?a, 1.0.to_s, 1e100.to_s, 1e-5.to_s, 100000000000000000.0.to_s, 2**0.5
p ObjectSpace.count_objects.key?(:TOTAL), GC.start, GC.count.positive?, GC.stat.key?(:heap_live_slots)
