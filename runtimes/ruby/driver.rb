# Owns: running one program to its end the way `ruby main.rb` would, inside a
# cell that was mapped from an image: arguments, environment, the main script,
# exit handlers, the report of an uncaught error, the exit status.
# Does not own: what is loaded before the image is taken (boot.rb), what a cell
# does not have (absent.rb), Timeout (timeout.rb), the heap (heap.rb).

module Runcell
  PRISM = RUBY_DESCRIPTION.include?("+PRISM")
  # Calls waiting for the end of the program, last registered first.
  EXIT_CALLS = []
  # Finalizers that have not run, by the number of their object.
  FINALIZERS = {}
  # A program that matches asks for more than being compiled and run.
  SPECIAL = /^__END__\r?$|^\s*END\s*\{|TOPLEVEL_BINDING|\bERB\b/
  # A program that matches may leave a file open with bytes still unwritten.
  OPENS_FILES = /open|[Ff]ile|IO\b|Logger|eval|send|\bload\b|require_relative/
  # The last frame of every backtrace is the interpreter's entry.
  ENTRY = /\A[^:]*:in ['`](?:Kernel\.)?eval'\z/
  END_BLOCK = /^\s*END\s*\{/
  END_MARK = /^__END__\r?(?:\n|\z)/
  # How a run ends, whatever a program makes of Process; and with what, should this driver fail.
  LEAVE = Process.method(:exit!)
  FAILED = 70
  # What the host writes for a program without arguments.
  PLAIN_HEAD = '{"program":"'
  PLAIN_TAIL = '","args":[],"env":{}}'
  JSON_TOKEN = /"((?:[^"\\]|\\.)*)"|[\[\]{}]/
  JSON_ESCAPES = { "n" => "\n", "t" => "\t", "r" => "\r", "b" => "\b", "f" => "\f" }.freeze
  HINTS = {
    "bigdecimal" => "this version has no bigdecimal, ruby@3.3 has it",
    "bigdecimal/util" => "this version has no bigdecimal, ruby@3.3 has it",
    "socket" => "a cell has no network",
    "socket.so" => "a cell has no network",
  }.freeze

  class << self
    # The one call of a run. Never returns: it ends in Process.exit!.
    def run(hex)
      status = FAILED
      text = [hex].pack("H*").force_encoding(Encoding::UTF_8)
      if text.start_with?(PLAIN_HEAD) && text.end_with?(PLAIN_TAIL) && !text.include?("\\")
        program = text[PLAIN_HEAD.size...-PLAIN_TAIL.size]
      else
        program, args, env = job(text)
        env.each { |name, value| ENV[name] = value }
        ARGV.replace(args)
      end
      status = complete(program)
      STDOUT.flush unless STDOUT.closed? || STDOUT.sync
    rescue IOError, SystemCallError
      nil # nobody to tell: what could not be written out was said before
    ensure
      LEAVE.call(status)
    end

    # Runs the program, its exit handlers, then reports what it died of.
    def complete(program)
      shown = program.delete_prefix("/work/")
      $0 = shown
      fatal = nil
      late = begin
        source = read(program)
        main = compile(source, shown, program)
        main.eval
        at_end
      rescue Exception => fatal # exit handlers see it as `$!`
        at_end
      end
      report(fatal, main) if fatal && !silent?(fatal)
      finalize unless FINALIZERS.empty?
      close_files if !source || OPENS_FILES.match?(source)
      status_of(late || fatal)
    end

    def at_end
      last = @exit_trap && guarded { @exit_trap.call(0) }
      while (call = EXIT_CALLS.pop)
        last = guarded(&call) || last
      end
      last
    end

    # A finalizer that runs once: when the object is collected, or at the end. Made where the object is not in sight.
    def finalizer(id, callable)
      return callable unless callable.respond_to?(:call)
      call = lambda do |*|
        calls = FINALIZERS[id]
        next unless calls&.delete(call)
        FINALIZERS.delete(id) if calls.empty?
        callable.call(id)
      end
      (FINALIZERS[id] ||= []) << call
      call
    end

    # What the interpreter would do at its own end.
    def finalize
      FINALIZERS.values.flatten.each { |call| call.call rescue nil }
    end

    # What `trap("EXIT")` set, which only the interpreter's own end would call.
    attr_accessor :exit_trap

    # Takes the frames that are not the program's out of a backtrace: this driver's, which carry the file name "eval",
    # and the interpreter's entry below them. A built-in method that a method of ours stands in for stands where the
    # program called it.
    def trim(frames)
      return frames if frames.nil? || frames.frozen?
      cut_entry(frames)
      return frames unless frames.any? { |frame| frame.start_with?("eval:") }
      place = original = above = nil
      frames.reverse!
      frames.map!.with_index do |frame, index|
        unless frame.start_with?("eval:")
          place, original = frame[/\A.*?:\d+/m], false
          next frame
        end
        calls = frame.end_with?("bind_call'")
        inside, original = original, original || calls
        next unless inside && place
        # A built-in method called another one that a method of ours stands in for.
        next frames[above] = nil if calls
        above = index
        frame.sub(/\Aeval:\d+/) { place }
      end
      frames.compact!
      frames.reverse!
    end

    def trim_locations(frames)
      return frames if frames.nil? || frames.frozen?
      if ENTRY.match?(frames.last.to_s)
        frames.pop
        frames.pop while frames.last&.path == "eval"
      end
      frames.reject! { |frame| frame.path == "eval" }
      frames
    end

    # What `caller` of the method that stands in for it gives: a part of all frames, as it would be of an array.
    def frames_from(start, length)
      raise ArgumentError, "negative level (#{start})", yield(4) if Integer === start && start.negative?
      raise ArgumentError, "negative size (#{length})", yield(4) if length&.negative?
      few = Integer === start && length ? yield(start + 4, length) : nil
      return few if few && few.size == length
      all = yield(4)
      return all[start] if Range === start
      length ? all[start, length] : all[start..]
    end

    private

    def cut_entry(frames)
      return unless frames.last&.end_with?("eval'") && ENTRY.match?(frames.last)
      frames.pop
      frames.pop while frames.last&.start_with?("eval:")
    end

    # {"program": text, "args": [text...], "env": {text: text}} as the host
    # writes it. Small on purpose: a run must not depend on a loaded library.
    def job(text)
      lists = [[]]
      text.scan(JSON_TOKEN) do |string|
        case $&[0]
        when '"' then lists.last << unescape(string[0])
        when "[", "{" then lists << []
        else lists[-2] << lists.pop if lists.size > 1
        end
      end
      fields = Hash[*lists[0][0]]
      [fields["program"], fields["args"] || [], (fields["env"] || []).each_slice(2)]
    end

    def unescape(text)
      return text unless text.include?("\\")
      text.gsub(/\\u(d[89ab]\h\h)\\u(d[c-f]\h\h)|\\u(\h{4})|\\(.)/i) do
        if $1 then [0x10000 + (($1.hex - 0xd800) << 10) + $2.hex - 0xdc00].pack("U")
        elsif $3 then [$3.hex].pack("U")
        else JSON_ESCAPES.fetch($4, $4)
        end
      end
    end

    def read(program)
      File.binread(program)
    rescue SystemCallError => e
      raise LoadError, "#{e.message[/\A[^@]*/].strip} -- #{program}"
    end

    def compile(source, shown, program)
      return assemble(source, shown, program) unless SPECIAL.match?(source)
      define_data(program, source)
      # A cell never reaches the interpreter's own list of END blocks.
      source = source.gsub(END_BLOCK) { |block| block.sub("END", "at_exit") }
      main = assemble(source, shown, program)
      share_binding(main)
      main
    end

    def assemble(source, shown, program)
      sequence = RubyVM::InstructionSequence
      source = source.dup.force_encoding(Encoding::UTF_8)
      PRISM ? sequence.compile_prism(source, shown, program) : sequence.compile(source, shown, program)
    end

    # A script's local variables are in TOPLEVEL_BINDING, which a template
    # without a binding of its own is rendered in.
    def share_binding(main)
      point = TracePoint.new(:line) do |event|
        point.disable
        Object.send(:remove_const, :TOPLEVEL_BINDING)
        Object.const_set(:TOPLEVEL_BINDING, event.binding)
      end
      point.enable(target: main)
    rescue ArgumentError
      nil # a program without a line of code has no such event
    end

    # DATA is the program's file, read on from behind the `__END__` line.
    def define_data(program, source)
      offset = end_mark(source) or return
      file = File.open(program, "r")
      file.seek(offset)
      Object.const_set(:DATA, file)
    end

    def end_mark(source)
      mark = source.match(END_MARK) or return
      return mark.end(0) unless source.byteslice(0, mark.begin(0)).include?("<<")
      # Only the lexer knows whether the line lies in a here-document.
      require "ripper"
      Ripper.lex(source.dup.force_encoding(Encoding::UTF_8)).each do |(line, _), kind, _|
        return source.lines.first(line).sum(&:bytesize) if kind == :on___end__
      end
      nil
    end

    # Calls, and returns what was raised; reports it unless it is an exit.
    def guarded
      yield
      nil
    rescue Exception => e
      report(e, true) unless silent?(e)
      e
    end

    def silent?(error)
      SystemExit === error || (SignalException === error && !(Interrupt === error))
    end

    def status_of(error)
      case error
      when nil then 0
      when SystemExit then error.status
      when SignalException then 128 + error.signo
      else 1
      end
    end

    def report(error, started)
      text =
        if started then error.full_message(highlight: false, order: :top)
        elsif SyntaxError === error then error.detailed_message(highlight: false)
        else "ruby: #{error.detailed_message(highlight: false)}"
        end
      text = text.gsub(/\e\[[\d;]*m/, "") if SyntaxError === error
      text += "\n" unless text.end_with?("\n")
      $stderr.write(text)
      hint = started && gem_hint(error)
      $stderr.write(hint) if hint
    rescue Exception
      STDERR.write("#{error.class}: its report failed\n") rescue nil
    end

    # The interpreter would write out what open files still hold; the cell's
    # own end does not pass there.
    def close_files
      ObjectSpace.each_object(IO) do |io|
        io.flush unless io.closed?
      rescue IOError, SystemCallError
        nil # not open for writing
      end
    end
  end
end

module Kernel
  def at_exit(&block)
    raise ArgumentError, "called without a block" unless block
    Runcell::EXIT_CALLS << block
    block
  end
  module_function :at_exit
end

class << ObjectSpace
  original = instance_method(:define_finalizer)
  define_method(:define_finalizer) do |object, callable = nil, &block|
    callable ||= block
    result = original.bind_call(self, object, *(callable.nil? ? [] : [Runcell.finalizer(object.object_id, callable)]))
    [result.first, callable]
  end
  undo = instance_method(:undefine_finalizer)
  define_method(:undefine_finalizer) do |object|
    Runcell::FINALIZERS.delete(object.object_id)
    undo.bind_call(self, object)
  end
end

class << Signal
  original = instance_method(:trap)
  define_method(:trap) do |signal, command = nil, &block|
    next original.bind_call(self, signal, *command, &block) unless [0, "EXIT", "SIGEXIT", :EXIT].include?(signal)
    before, Runcell.exit_trap = Runcell.exit_trap, block || (command if command.respond_to?(:call))
    before
  end
end

module Kernel
  def trap(...) = Signal.trap(...)
  module_function :trap
end

class Exception
  original = instance_method(:backtrace)
  define_method(:backtrace) { Runcell.trim(original.bind_call(self)) }
  locations = instance_method(:backtrace_locations)
  define_method(:backtrace_locations) { Runcell.trim_locations(locations.bind_call(self)) }
end

module Kernel
  frames = instance_method(:caller)
  define_method(:caller) do |start = 1, length = nil|
    start = start.to_int if !(Range === start) && start.respond_to?(:to_int)
    next frames.bind_call(self, start, *length) unless Integer === start || Range === start
    Runcell.frames_from(start, length) { |*part| Runcell.trim(frames.bind_call(self, *part)) }
  end
  locations = instance_method(:caller_locations)
  define_method(:caller_locations) do |start = 1, length = nil|
    start = start.to_int if !(Range === start) && start.respond_to?(:to_int)
    next locations.bind_call(self, start, *length) unless Integer === start || Range === start
    Runcell.frames_from(start, length) { |*part| Runcell.trim_locations(locations.bind_call(self, *part)) }
  end
  module_function :caller, :caller_locations
end

class Object
  private_constant :Runcell
end
