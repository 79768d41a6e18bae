# Owns: what a cell does not have (processes, threads, file locks): a program that asks for it is told so
# plainly, or goes on where there is nothing to lose. Evaluated after driver.rb, before the libraries of boot.rb.

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

  processes = %i[system spawn exec fork]
  absent(Kernel, processes, "", NO_PROCESS)
  absent(Kernel.singleton_class, processes, "Kernel.", NO_PROCESS)
  absent(Process.singleton_class, %i[spawn exec fork daemon wait wait2 waitall waitpid waitpid2 detach], "Process.", NO_PROCESS)
  absent(IO.singleton_class, %i[popen pipe], "IO.", NO_PROCESS)
  Kernel.send(:private, *processes)

  absent(Thread.singleton_class, %i[new start fork], "Thread.", NO_THREAD)
  absent(Ractor.singleton_class, %i[new], "Ractor.", NO_THREAD)

  [Kernel, Kernel.singleton_class].each do |owner|
    owner.define_method(:`) { |_command| Runcell.refuse("`command`", NO_PROCESS) }
  end
  Kernel.send(:private, :`)
end

# `open("| command")`, which ruby 3.3 deprecates, would start a process.
module Kernel
  permission = Runcell.const_get(:Permission)
  original = instance_method(:open)
  define_method(:open) do |*parts, **options, &block|
    if String === parts.first && parts.first.start_with?("|")
      Runcell.refuse("open(\"|command\")", Runcell.const_get(:NO_PROCESS))
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
