# Owns: running one program to its end the way `ruby main.rb` would, inside a
# cell that was mapped from an image: arguments, environment, the main script,
# exit handlers, the report of an uncaught error, the exit status.
# Does not own: what is loaded before the image is taken (boot.rb) and what
# stands in for extensions that this build lacks (absent.rb).

module Runcell
  HOME = "/work"
  PRISM = RUBY_DESCRIPTION.include?("+PRISM")
  # Calls waiting for the end of the program, last registered first.
  EXIT_CALLS = []
  # A program that matches may leave a file open with bytes still unwritten.
  OPENS_FILES = /open|[Ff]ile|IO\b|Logger|eval|send|\bload\b|require_relative/
  # A program that matches may expect its local variables in TOPLEVEL_BINDING.
  USES_TOPLEVEL = /TOPLEVEL_BINDING|\bERB\b/
  ENTRY = /\A[^:]*:in ['`](?:Kernel\.)?eval'\z/
  END_BLOCK = /^\s*END\s*\{/
  END_MARK = /^__END__\r?(?:\n|\z)/
  JSON_TOKEN = /"((?:[^"\\]|\\.)*)"|[\[\]{}]/
  JSON_ESCAPES = { "n" => "\n", "t" => "\t", "r" => "\r", "b" => "\b", "f" => "\f" }.freeze
  EXTENSIONS = {
    "socket" => "a cell has no network",
    "bigdecimal" => "this build has no bigdecimal; ruby@3.3 has it",
  }.freeze

  class << self
    # The one call of a run. Never returns: it ends in Process.exit!.
    def run(hex)
      program, args, env = job([hex].pack("H*").force_encoding(Encoding::UTF_8))
      env.each { |name, value| ENV[name] = value }
      ARGV.replace(args)
      status = complete(program)
      STDOUT.flush rescue nil
      STDERR.flush rescue nil
      Process.exit!(status)
    end

    # Runs the program, its exit handlers, then reports what it died of.
    def complete(program)
      shown = program.delete_prefix("#{HOME}/")
      $0 = shown
      fatal = nil
      source = ""
      late = begin
        source = read(program)
        main = compile(source, shown, program)
        main.eval
        at_end
      rescue Exception => fatal # exit handlers see it as `$!`
        at_end
      end
      report(fatal, main) if fatal && !silent?(fatal)
      close_files if OPENS_FILES.match?(source)
      status_of(late || fatal)
    end

    def at_end
      last = guarded { exit_trap }
      while (call = EXIT_CALLS.pop)
        last = guarded(&call) || last
      end
      last
    end

    # Drops the frames below the program's own: this driver's, which carry the
    # file name "eval", and the interpreter's entry below them.
    def trim(frames)
      return frames if frames.nil? || frames.frozen? || !ENTRY.match?(frames.last)
      frames.pop
      frames.pop while frames.last&.start_with?("eval:")
      frames
    end

    def trim_locations(frames)
      return frames if frames.nil? || frames.frozen? || !ENTRY.match?(frames.last.to_s)
      frames.pop
      frames.pop while frames.last&.path == "eval"
      frames
    end

    private

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
      source = File.binread(program)
      define_data(program, source) if END_MARK.match?(source)
      source
    rescue SystemCallError => e
      raise LoadError, "#{e.message[/\A[^@]*/].strip} -- #{program}"
    end

    def compile(source, shown, program)
      sequence = RubyVM::InstructionSequence
      main =
        if END_BLOCK.match?(source)
          # A cell never reaches the interpreter's own list of END blocks.
          text = source.force_encoding(Encoding::UTF_8).gsub(END_BLOCK) { |s| s.sub("END", "at_exit") }
          PRISM ? sequence.compile_prism(text, shown, program) : sequence.compile(text, shown, program)
        else
          PRISM ? sequence.compile_file_prism(shown) : sequence.compile_file(shown)
        end
      share_binding(main) if USES_TOPLEVEL.match?(source)
      main
    end

    # The program's local variables are in no binding that others can name,
    # unlike those of a script given on the command line.
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
      mark = source.match(END_MARK)
      return mark.end(0) unless source.byteslice(0, mark.begin(0)).include?("<<")
      # Only the lexer knows whether the line lies in a here-document.
      require "ripper"
      Ripper.lex(source.dup.force_encoding(Encoding::UTF_8)).each do |(line, _), kind, _|
        return source.lines.first(line).sum(&:bytesize) if kind == :on___end__
      end
      nil
    end

    def exit_trap
      handler = Signal.trap("EXIT", "DEFAULT")
      handler.call(0) if handler.respond_to?(:call)
    rescue ArgumentError, NotImplementedError
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
        elsif SyntaxError === error then error.detailed_message(highlight: false).gsub(/\e\[[\d;]*m/, "")
        else "ruby: #{error.detailed_message(highlight: false)}"
        end
      text += "\n" unless text.end_with?("\n")
      hint = LoadError === error && EXTENSIONS[error.path]
      text += "(#{hint})\n" if hint
      $stderr.write(text)
    rescue Exception
      STDERR.write("#{error.class}: unprintable error\n") rescue nil
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

class Exception
  original = instance_method(:backtrace)
  define_method(:backtrace) { Runcell.trim(original.bind_call(self)) }
  locations = instance_method(:backtrace_locations)
  define_method(:backtrace_locations) { Runcell.trim_locations(locations.bind_call(self)) }
end

class Object
  private_constant :Runcell
end
