# Permission bits are kept, new files obey the umask, and the questions of File read the bits.
require "fileutils"
require "pathname"
require "tempfile"
require "tmpdir"

def mode(path) = format("%o", File.stat(path).mode)

File.write("a", "x")
puts mode("a"), mode("/work"), mode("/tmp"), File.stat(Dir.tmpdir).sticky?
before = File.stat("a")
File.chmod(0640, "a")
puts mode("a"), format("%o", before.mode)
FileUtils.chmod("u+x,g=rw,o=", "a")
puts mode("a"), File.executable?("a"), File.world_readable?("a").inspect
FileUtils.cp("a", "b")
File.chmod(0444, "b")
puts mode("b"), File.writable?("b"), File.readable?("b"), File.stat("b").writable?, FileTest.writable?("a")
puts format("%o", File.umask(0077))
File.write("c", "")
Dir.mkdir("d")
Dir.mkdir("e", 0750)
puts mode("c"), mode("d"), mode("e"), format("%o", File.umask), format("%o", File.umask(0022))
File.open("f", "w", 0751) do |file|
  puts format("%o", file.stat.mode)
  file.chmod(0604)
  puts format("%o", file.stat.mode)
end
File.open("g", File::CREAT | File::WRONLY, 0600) {}
open("h", "w", 0640) { |file| file.puts 1 }
File.write("i", "", perm: 0611)
FileUtils.mkdir_p("j/k", mode: 0700)
puts mode("g"), mode("h"), mode("i"), mode("j/k"), File.read("h")
File.rename("a", "z")
Pathname("z").chmod(0700)
puts mode("z"), Pathname("z").executable?, File::Stat.new("z").mode.to_s(8)
File.delete("z")
File.write("z", "")
puts mode("z")
File.symlink("z", "l")
puts format("%o", File.lstat("l").mode)
Tempfile.create("t") { |file| puts mode(file.path), mode(Dir.mktmpdir) }
["none", "/usr"].each do |path|
  File.chmod(0, path)
rescue SystemCallError => error
  puts error.class
end
