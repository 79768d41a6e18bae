begin
  raise "a"
rescue => e
  puts e.full_message(highlight: false), e.backtrace.inspect, e.backtrace_locations.map(&:lineno).inspect, e.detailed_message
end
warn "careful"
warn "up", uplevel: 0
