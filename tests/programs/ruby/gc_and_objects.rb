GC.start
a = Array.new(200_000) { |i| "s#{i}" * 2 }
p a.size, ObjectSpace.each_object(String).count > 200_000
a = nil; GC.start
w = ObjectSpace::WeakMap.new; k = "k"; w[k] = 1; p w[k], ObjectSpace.garbage_collect
20.times { Array.new(50_000) { [_1] } }
p GC.count.positive?, "x".object_id == "x".object_id
