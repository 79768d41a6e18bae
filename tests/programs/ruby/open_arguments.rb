# Kernel#open: arguments, and where its errors stand.
begin
  open
rescue ArgumentError => e
  puts e.message
end
begin
  open(nil)
rescue TypeError => e
  puts e.message
end
File.write("f", "text")
puts open("f").read, open("f", &:read), open("f", "a+") { |file| file.write("!"); file.path }, open("f", mode: "r", encoding: "UTF-8").read
class Openable
  def to_open(*mode) = "opened #{mode}"
end
puts open(Openable.new), open(Openable.new, "w")
def missing = open("nothing")
begin
  missing
rescue Errno::ENOENT => e
  puts e.backtrace
end
