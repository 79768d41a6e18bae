x = nil
x.upcase
