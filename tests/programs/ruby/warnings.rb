$VERBOSE = nil
X = 1
X = 2
$VERBOSE = false
Y = 1
Y = 2
puts Y
warn "w1", "w2"
