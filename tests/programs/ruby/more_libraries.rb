require "optparse"; require "tempfile"; require "fileutils"; require "logger"; require "benchmark"; require "matrix"
require "prime"; require "observer"; require "delegate"; require "shellwords"; require "base64"; require "tsort"
require "pstore"; require "zlib"; require "singleton"; require "weakref"; require "abbrev"; require "English"; require "securerandom"
options = {}
rest = OptionParser.new { |o| o.on("-v", "--[no-]verbose") { options[:v] = _1 }; o.on("-nN", Integer) { options[:n] = _1 } }.parse(%w[-v -n 5 file])
p options, rest
begin; OptionParser.new.parse(%w[--nope]); rescue OptionParser::InvalidOption => e; puts e.message; end
Tempfile.create("x") { |f| f.write "abc"; f.flush; p File.size(f.path), f.path.start_with?("/tmp/x") }
t = Tempfile.new(["a", ".txt"]); t.puts "hi"; t.close; p File.read(t.path), File.extname(t.path); t.unlink
FileUtils.mkdir_p("a/b"); FileUtils.touch("a/b/x"); FileUtils.cp("a/b/x", "a/y"); FileUtils.mv("a/y", "a/z"); FileUtils.chmod(0600, "a/z")
p Dir.glob("a/**/*").sort; FileUtils.rm_rf("a"); p Dir.exist?("a")
log = Logger.new($stdout); log.formatter = proc { |level, _, name, text| "#{level} #{name.inspect} #{text}\n" }
log.info("started"); log.debug { "lazy" }; log.level = :warn; log.info("no")
Logger.new("app.log").warn("kept"); p File.readlines("app.log").last[/WARN -- : kept/]
p Benchmark.realtime { 1 }.class, Benchmark.measure { 1 + 1 }.real >= 0
p Matrix[[1, 2], [3, 4]].det, Matrix[[1, 2], [3, 4]] * Vector[1, 1], Prime.first(5), 360.prime_division, Prime.prime?(97)
class Tick; include Observable; def go = (changed; notify_observers(:now)); end
class Watch; def update(x) = p(x); end
tick = Tick.new; tick.add_observer(Watch.new); tick.go
p SimpleDelegator.new([1]).size, "a 'b c'".shellsplit, Base64.encode64("hi"), Zlib::Inflate.inflate(Zlib.deflate("x" * 99)).size, Zlib.crc32("a")
store = PStore.new("store"); store.transaction { store[:a] = 1 }; p store.transaction(true) { store[:a] }
class One; include Singleton; end
p One.instance.equal?(One.instance), %w[car cat].abbrev.keys, WeakRef.new("a").weakref_alive?
p SecureRandom.hex(4).size, SecureRandom.uuid.size, SecureRandom.alphanumeric(7).size, SecureRandom.random_number(1)
class Order; include TSort; def initialize(h) = @h = h; def tsort_each_node(&b) = @h.each_key(&b); def tsort_each_child(n, &b) = @h[n].each(&b); end
p Order.new({ 1 => [2], 2 => [3], 3 => [] }).tsort
