fiber = Fiber.new { |x| y = Fiber.yield(x + 1); z = Fiber.yield(y * 2); :done }
p fiber.resume(1), fiber.resume(10), fiber.alive?, fiber.resume(nil), fiber.alive?
begin; fiber.resume; rescue FiberError => e; puts e.class; end
raising = Fiber.new { raise "in fiber" }
begin; raising.resume; rescue => e; puts e.message; end
p Fiber.new { begin; Fiber.yield 1; ensure; puts "ensure"; end; 2 }.then { |f| [f.resume, f.resume] }
many = 200.times.map { |i| Fiber.new { 3.times { |k| Fiber.yield i * k } } }
p 3.times.sum { many.sum(&:resume) }
deep = Fiber.new { def d(n) = n.zero? ? Fiber.yield(:bottom) : [1].each { d(n - 1) }; d(100); :end }
p deep.resume, deep.resume
300.times { f = Fiber.new { begin; Fiber.yield; raise "a"; rescue; GC.start if rand < 0.01; end; 1 }; f.resume; f.resume }
e = Enumerator.new { |y| y << 1; y << 2; :result }
p e.next, e.peek, e.next, (begin; e.next; rescue StopIteration => s; s.result; end), e.size, e.rewind.next
words = %w[a b c].each_with_index
p words.next, words.next, loop { break words.next }
p (1..Float::INFINITY).lazy.map { _1 * 2 }.select { _1 % 3 == 0 }.first(3), Enumerator.produce(1) { _1 * 3 }.take(4)
p [4, 5].each.with_index(1).to_a, (1..3).each_cons(2).to_a, (1..7).each_slice(3).map(&:sum), [1, 2].zip([3, 4].each), Enumerator::Chain.new([1], [2]).to_a
gen = Enumerator.new { |y| a, b = 0, 1; loop { y << a; a, b = b, a + b } }
p gen.take(10), gen.lazy.reject(&:odd?).first(4)
