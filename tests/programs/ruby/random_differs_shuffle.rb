p (1..30).to_a.shuffle, [*1..100].sample(5)
