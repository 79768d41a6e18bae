p Random.new_seed, Random.seed
