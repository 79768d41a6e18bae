# What needs no terminal, no network and no second process works.
r, w = IO.pipe
w.puts "hi"
w.write "there"
w.close
p r.gets, r.read, r.eof?
p IO.pipe { |a, b| b << "x"; b.close; a.read }
require "ipaddr"
p IPAddr.new("10.0.0.0/8").include?("10.1.2.3"), IPAddr.new("::1").ipv6?, IPAddr.new("192.168.1.7/24").to_range.first.to_s
require "io/console"
p IO.console, $stdout.tty?, (begin; $stdout.winsize; rescue SystemCallError => e; e.class; end)
require "io/wait"
require "readline"
p Readline.readline("name? ", true), Readline.readline, Readline.readline, Readline::HISTORY.to_a
require "reline"
v = (`git rev-parse HEAD`.strip rescue "none")
p v, (system("clear") ? 1 : 2)
p 1.size, -1.size, (2**62).size, (2**64).size, (256**20).size, nil.object_id, true.object_id, false.object_id, 1.object_id
begin; system("nothing", exception: true); rescue => e; puts e.message; end
begin; Process.wait; rescue => e; p e.class; end
p Process.waitall
a = Object.new
ObjectSpace.define_finalizer(a, proc { |id| puts "fin #{id == a_id(id)}" })
def a_id(id) = id
b = "undone"
ObjectSpace.define_finalizer(b, proc { puts "never" })
ObjectSpace.undefine_finalizer(b)
at_exit { puts "exit" }
puts "end"
