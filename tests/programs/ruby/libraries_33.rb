require "json"; require "yaml"; require "csv"; require "date"; require "digest"; require "erb"; require "nkf"; require "openssl"
puts JSON.generate({ a: 1 }), [1].to_yaml, CSV.parse_line("a,b").inspect, Date.new(2024, 1, 31) >> 1, Digest::MD5.hexdigest(""), ERB.new("<%= 1 %>").result
puts OpenSSL::HMAC.hexdigest("SHA256", "k", "d")[0, 8], NKF.nkf("-w", "abc"), { a: 1 }.inspect, RUBY_VERSION
f = Fiber.new { Fiber.yield 1; 2 }; p f.resume, f.resume
BEGIN { puts "first" }
END { puts "end" }
