def low = Integer("zz")
begin
  low
rescue ArgumentError
  raise "high"
end
