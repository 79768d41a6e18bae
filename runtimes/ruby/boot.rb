# Owns: what an image holds before its first run: the working folder, the
# libraries that are loaded ahead, and a heap laid out so that a short program
# touches few pages of it. Evaluated after absent.rb.

Dir.chdir("/work")
STDOUT.sync = true
STDERR.sync = true

# Loaded ahead: what programs ask for often and what defines no name that a
# program is likely to want for itself (so no matrix, logger, observer).
%w[
  json set time date stringio strscan erb csv yaml digest digest/md5 digest/sha1 digest/sha2 securerandom
  bigdecimal bigdecimal/util ostruct optparse pp forwardable tempfile tmpdir fileutils pathname uri
  timeout tsort zlib delegate shellwords base64 open3 weakref find English prism error_highlight
].each do |name|
  require name
rescue LoadError
  nil # this version has no such library
end

# Of a socket, addresses take no more than the numbers of their families.
begin
  socket = File.join(RbConfig::CONFIG["rubylibdir"], "socket.rb")
  $LOADED_FEATURES << socket
  Socket = Class.new { { AF_UNSPEC: 0, AF_INET: 2, AF_INET6: 10 }.each { |name, number| const_set(name, number) } }
  IPSocket = Class.new
  require "ipaddr"
ensure
  $LOADED_FEATURES.delete(socket)
end

# Have the gems that come with ruby looked through, which is what the first search for one would do, and complain of
# those that this build has no extensions of.
begin
  $stderr = StringIO.new
  require "runcell/no such library"
rescue LoadError
  nil
ensure
  $stderr = STDERR
end

# Bundled gems that are not loaded ahead are found ahead.
%w[matrix prime logger benchmark observer abbrev getoptlong minitest rexml test-unit singleton].each do |name|
  gem name
rescue LoadError
  nil # this version has no such gem
end

# Run once what every run goes through, so that the caches along the way are
# warm in the image.
module Runcell
  REHEARSAL = <<~'RUBY'
    def double(number) = number * 2
    class Rehearsal
      attr_reader :name
      def initialize(name) = @name = name
      def to_s = "#{self.class}:#{name}"
    end
    puts "hi", double(1), 1.5, nil, [1, [2]], :a, Rehearsal.new("x")
    print "a", 1
    p 1, "a", [1, nil], { a: 1, "b" => 2.5 }
    $stdout.puts "x"
    [3, 1].each { |x| puts x }
    [3, 1].sort.map { |x| x + 1 }.select(&:odd?).each_with_index { |x, i| puts "#{x} #{i}" }
    { a: 1 }.each { |key, value| puts "#{key}=#{value}" }
    3.times { |i| puts i if i > 1 }
    puts format("%05.2f %s", 1.5, "a"), "a,b".split(",").join("-").upcase, (1..3).sum
    begin
      raise ArgumentError, "x"
    rescue => e
      puts e.message, e.class
    end
    warn "w"
    at_exit { puts "bye" }
  RUBY

  def self.rehearse
    path = "/work/main.rb"
    File.write(path, REHEARSAL)
    2.times { complete(path) }
    File.delete(path)
    Object.send(:remove_const, :Rehearsal)
    Object.send(:remove_method, :double)
    remove_const(:REHEARSAL)
  end
end

Runcell.rehearse
$0 = "main.rb"
