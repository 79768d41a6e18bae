File.write("out.txt", "one\ntwo\n")
File.open("out.txt", "a") { |f| f.puts "three"; f.print "x", "y"; f << "z" << 1 }
p File.read("out.txt"), File.readlines("out.txt", chomp: true), File.foreach("out.txt").count, IO.read("out.txt", 3, 4)
p File.exist?("nope"), File.size("in/data.csv"), File.file?("in"), File.directory?("in"), File.basename("a/b.rb", ".rb"), File.extname("x.tar.gz"), File.join("a", "b"), File.expand_path("x"), File.dirname("/work/a")
p Dir.glob("**/*").sort, Dir["*.txt"], Dir.children("in").sort, Dir.pwd, Dir.entries("in").sort, Dir.each_child("in").to_a
Dir.mkdir("new"); File.rename("out.txt", "new/kept.txt"); File.symlink("new/kept.txt", "link"); p File.symlink?("link"), File.read("link").size, File.readlink("link"), File.realpath("link")
File.open("bin", "wb") { |f| f.write([1, 2, 255].pack("C*")); f.seek(1); f.write("A"); p f.pos }
p File.binread("bin"), File.stat("bin").size, File.mtime("bin").class, File.zero?("bin"), File.ftype("new")
File.open("in/data.csv") { |f| p f.gets, f.lineno, f.readline, f.eof?, f.rewind, f.readchar, f.getc, f.ungetc("Q"), f.read(2), f.each_line.to_a }
begin; File.read("nope"); rescue Errno::ENOENT => e; puts e.message; end
begin; Dir.mkdir("new"); rescue SystemCallError => e; puts e.class, e.message; end
begin; File.read("new"); rescue => e; puts e.class; end
begin; File.open("bin") { |f| f.write "x" }; rescue IOError => e; puts e.message; end
File.delete("bin"); File.truncate("new/kept.txt", 3); p File.read("new/kept.txt"); File.write("new/kept.txt", "end\n")
p File.open("rw", "w+") { |f| f << "abc"; f.rewind; f.read }, File.chmod(0600, "rw"), File.utime(0, 0, "rw"), File.mtime("rw").to_i
Dir.chdir("in") { p Dir.pwd, File.exist?("data.csv") }
require "pathname"; p Pathname("in").join("data.csv").read.size, Pathname("in").children.map(&:to_s).sort
require "find"; p Find.find("in").sort
File.write("é.txt", "ü"); p Dir.glob("é*"), File.read("é.txt", encoding: "UTF-8")
left = File.open("left_open.txt", "w"); left.write "flushed at the end"
