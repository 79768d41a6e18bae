# Owns: what a cell does not have (processes, threads, file locks, a terminal): a program that asks for it is told so
# plainly, or goes on where there is nothing to lose. A command fails as one that is not installed, which programs expect.
# Evaluated after driver.rb, before the libraries of boot.rb.

module Runcell
  # Raised as if by the interpreter: the frames of these methods are not shown.
  def self.refuse(what, reason)
    raise NotImplementedError, "#{what} is not available: #{reason}", caller(0)
  end

  # A variable of the environment as it is.
  RAW_ENV = ENV.method(:[])

  NO_PROCESS = "a cell runs one program, there are no others"
  NO_THREAD = "a cell has one thread"

  # Has `names` of `owner` refuse.
  def self.absent(owner, names, prefix, reason)
    names.each do |name|
      owner.define_method(name) { |*, **, &_block| Runcell.refuse("#{prefix}#{name}", reason) }
    end
  end

  # The name of the command that a program would start.
  def self.command_of(words)
    command = Array(words.find { |word| !(Hash === word) }).first.to_s
    command[/\S+/] || command
  end

  def self.no_command(words)
    raise Errno::ENOENT, "#{command_of(words)} (#{NO_PROCESS})", caller(0)
  end

  # As of a shell that knows no command.
  def self.system(words, exception)
    no_command(words) if exception
    STDERR.write("sh: #{command_of(words)}: this sandbox cannot start processes\n")
    nil
  end

  absent(Kernel, %i[fork], "", NO_PROCESS)
  absent(Kernel.singleton_class, %i[fork], "Kernel.", NO_PROCESS)
  absent(Process.singleton_class, %i[fork daemon detach], "Process.", NO_PROCESS)
  [Kernel, Kernel.singleton_class].each do |owner|
    owner.define_method(:system) { |*words, exception: false, **| Runcell.system(words, exception) }
    owner.define_method(:`) { |command| Runcell.no_command([command]) }
  end
  { Kernel => %i[spawn exec], Kernel.singleton_class => %i[spawn exec], Process.singleton_class => %i[spawn exec],
    IO.singleton_class => %i[popen] }.each do |owner, names|
    names.each { |name| owner.define_method(name) { |*words, **, &_block| Runcell.no_command(words) } }
  end
  Kernel.send(:private, :system, :spawn, :exec, :fork, :`)
  # There never is a child to wait for.
  %i[wait wait2 waitpid waitpid2].each { |name| Process.define_singleton_method(name) { |*| raise Errno::ECHILD, nil, caller(0) } }
  Process.define_singleton_method(:waitall) { [] }

  absent(Thread.singleton_class, %i[new start fork], "Thread.", NO_THREAD)
  absent(Ractor.singleton_class, %i[new], "Ractor.", NO_THREAD)
end

class << IO
  # Both ends are one file that has no name: what was written can be read, and nobody is waited for.
  def pipe(*encodings, **options)
    path = "/tmp/.pipe-#{rand(1 << 60).to_s(36)}"
    writer = File.open(path, "w")
    reader = File.open(path, "r", *(encodings.empty? ? nil : [external_encoding: encodings.first]), **options)
    File.delete(path)
    writer.sync = true
    return [reader, writer] unless block_given?
    begin
      yield reader, writer
    ensure
      [reader, writer].each { |io| io.close unless io.closed? }
    end
  end

  # A cell has no terminal: what `io/console` says of other files.
  def console(*) = nil
  def console_size = [25, 80]
  def default_console_size = [ENV["LINES"].to_i.nonzero? || 25, ENV["COLUMNS"].to_i.nonzero? || 80]
end

class IO
  %i[winsize raw raw! cooked cooked! noecho echo= echo? getch cursor console_mode].each do |name|
    define_method(name) { |*, **, &_block| raise Errno::ENOTTY, nil, caller(0) }
  end

  def getpass(prompt = nil)
    STDERR.print(prompt) if prompt
    gets&.chomp.tap { STDERR.puts }
  end
end

# Lines as they come when stdin is no terminal.
module Readline
  HISTORY = []
  class << self
    attr_accessor :completion_proc, :completion_append_character, :input, :output

    # Of a terminal only, the prompt is shown.
    def readline(_prompt = "", add_history = false)
      line = STDIN.gets&.chomp
      HISTORY << line if line && add_history
      line
    end
  end
end
Reline = Readline

# They are taken for loaded, and not for gems that need others.
Gem.instance_variable_get(:@path_to_default_spec_map)&.delete_if { |path, _| path.match?(%r{\A(?:readline|reline|io/(?:console|wait))\b}) }
%w[io/console.rb io/console/size.rb io/wait.rb readline.rb reline.rb].each do |name|
  $LOADED_FEATURES << File.join(RbConfig::CONFIG["rubylibdir"], name)
end

# Numbers are as on a machine of 64 bits.
class Integer
  def size = [(abs.bit_length + 7) / 8, 8].max
end

begin
  verbose, $VERBOSE = $VERBOSE, nil
  { NilClass => 8, TrueClass => 20 }.each do |owner, id|
    %i[object_id __id__].each { |name| owner.define_method(name) { id } }
  end
ensure
  $VERBOSE = verbose
end

# `open("| command")`, which ruby 3.3 deprecates, would start a process.
module Kernel
  permission = Runcell.const_get(:Permission)
  original = instance_method(:open)
  define_method(:open) do |*parts, **options, &block|
    if String === parts.first && parts.first.start_with?("|")
      Runcell.no_command([parts.first.delete_prefix("|")])
    end
    bits = permission.wanted(*parts, options)
    result = original.bind_call(self, *parts, **options, &block)
    permission.made_with(parts.first, bits) if bits && File.exist?(parts.first)
    result
  end
  private :open
end

class File
  # Nobody else has a file of a cell open.
  def flock(_operation) = 0
end

# Says of a library that this build lacks where it is.
class LoadError
  def message
    hint = Runcell::HINTS[path]
    hint ? "#{to_s} (#{hint})" : to_s
  end
end

# The locale's encoding is US-ASCII in this build; values of the environment are UTF-8 all the same.
class << ENV
  decode = lambda do |value|
    value.nil? || value.ascii_only? ? value : value.dup.force_encoding(Encoding::UTF_8).freeze
  end
  get = instance_method(:[])
  define_method(:[]) { |name| decode.(get.bind_call(self, name)) }
  fetch = instance_method(:fetch)
  define_method(:fetch) do |name, *default, &block|
    key?(name) ? self[name] : fetch.bind_call(self, name, *default, &block)
  end
  remove = instance_method(:delete)
  define_method(:delete) { |name, &block| decode.(remove.bind_call(self, name, &block)) }
  all = instance_method(:to_h)
  define_method(:to_h) { |&block| block ? to_h.to_h(&block) : all.bind_call(self).transform_values(&decode) }
  def to_hash = to_h
end

# The processor clocks show the time since the image was started; a run has the time on the clock instead.
module Process
  class << self
    clocks = %i[CLOCK_PROCESS_CPUTIME_ID CLOCK_THREAD_CPUTIME_ID].filter_map do |name|
      Process.const_get(name) if Process.const_defined?(name)
    end
    original = instance_method(:clock_gettime)
    define_method(:clock_gettime) do |id, *unit|
      original.bind_call(self, clocks.include?(id) ? CLOCK_MONOTONIC : id, *unit)
    end

    def times = Process::Tms.new(clock_gettime(CLOCK_MONOTONIC), 0.0, 0.0, 0.0)
  end
end
