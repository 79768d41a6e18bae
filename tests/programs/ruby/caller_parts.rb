# caller and caller_locations with levels, lengths and ranges: the program's frames and no others.
def a = b
def b
  [caller(0), caller(1), caller(2), caller(3), caller(4), caller(0, 1), caller(1, 1), caller(0, 0), caller(1, 9), caller(1.5),
   caller(0..1), caller(0...1), caller(1..), caller(1..-2), caller(..1), caller(3..), caller(4..), caller(-2..), Kernel.caller(0..0),
   caller_locations(0..0).map(&:lineno), caller_locations(1..1).map(&:label), caller_locations(1, 1).map(&:path), caller_locations(5)]
end
a.each { |frames| p frames }
[-1, nil, "x"].each do |level|
  caller(level)
rescue ArgumentError, TypeError => e
  puts e.message
end
begin
  caller(1, -1)
rescue ArgumentError => e
  puts e.message, e.backtrace
end
p [1].each { |_| break caller(0..) }, proc { caller(0, 1) }.call, (caller_locations(-1) rescue $!.message)
