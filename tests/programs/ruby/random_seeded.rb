r = Random.new(42)
p r.rand(100), r.rand(100), r.rand, r.bytes(2)
srand(5); a = [rand(100), rand(100)]
srand(5); p a, a == [rand(100), rand(100)]
p [1, 2, 3, 4, 5].shuffle(random: Random.new(1)), [1, 2, 3].sample(random: Random.new(3))
