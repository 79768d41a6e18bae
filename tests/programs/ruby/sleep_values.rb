# Kernel#sleep: what it takes for a time, and what it gives.
class Divisible
  def divmod(_) = [0, 0.001]
end
p sleep(Divisible.new), sleep(0), sleep(0.001), sleep(1r / 1000), Kernel.sleep(0)
[-1, -0.5, "1", :x, [], Object.new].each do |value|
  sleep(value)
rescue ArgumentError, TypeError => e
  puts "#{e.class}: #{e.message.sub(/#<Object.*>/, "object")}"
end
begin
  sleep(1, 2)
rescue ArgumentError => e
  puts e.message, e.backtrace
end
