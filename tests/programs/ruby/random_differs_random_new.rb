p Random.new.rand(1 << 62), Random.new.bytes(4)
