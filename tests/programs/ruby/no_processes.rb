def try = (begin; p yield; rescue NotImplementedError, LoadError, SystemCallError => e; puts "#{e.class}: #{e.message}"; end)
try { system("ls") }
try { `ls` }
try { spawn("ls") }
try { fork { 1 } }
try { exec "ls" }
try { IO.popen("ls") }
try { open("|ls") }
try { Process.wait }
try { require "open3"; Open3.capture2("ls") }
try { Thread.new { 1 } }
try { Ractor.new { 1 } }
try { require "socket" }
try { require "net/http" }
try { require "nokogiri" }
try { require "io/console" }
p Thread.current.alive?, Mutex.new.synchronize { 1 }, Queue.new.tap { |q| q << 1 }.pop, Thread.list.size, $$.class
begin; Queue.new.pop; rescue Exception => e; puts e.class; end
