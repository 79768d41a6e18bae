p rand(1 << 62)
