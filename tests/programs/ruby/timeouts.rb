require "timeout"
p Timeout.timeout(5) { :in_time }, Timeout.timeout(nil) { 1 }, Timeout.timeout(0) { 2 }
def try = (begin; yield; rescue Timeout::Error, ArgumentError => e; p e.class, e.message, e.backtrace.grep_v(/\Amain\.rb|<internal:|timeout\.rb/); end)
try { Timeout.timeout(0.05) { sleep 5 } }
try { Timeout.timeout(0.05) { loop { 1 + 1 } } }
try { Timeout.timeout(0.05) { i = 0; i += 1 while true } }
try { Timeout.timeout(0.05, ArgumentError, "mine") { sleep } }
try { Timeout.timeout(0.05) { begin; sleep 5; rescue => e; puts "hidden"; end } }
try { Timeout.timeout(5) { Timeout.timeout(0.02) { sleep } } }
try { Timeout.timeout(0.02) { Timeout.timeout(5) { sleep } } }
try { Timeout.timeout(0.02) { 100_000_000.times { |i| i.to_s } } }
begin; Timeout.timeout(-1) { }; rescue ArgumentError => e; puts e.message; end
begin; Timeout.timeout(1) { raise KeyError, "own" }; rescue KeyError => e; puts e.message; end
p sleep(0.01) < 5
