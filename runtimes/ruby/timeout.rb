# Owns: Timeout.timeout without a thread, in place of the library's. The time is looked at before each line of the
# block, after each call of a built-in method, and by `sleep`; what runs for long inside one call is not interrupted.
# Evaluated after boot.rb, under the name of the library's file, which is what backtraces show.

require "timeout"

Timeout.module_eval(<<~'RUBY', $LOADED_FEATURES.grep(%r{/timeout\.rb\z}).first, 1)
  # The deadlines that are running, by the monotonic clock, with what each raises: outermost first.
  RUNCELL_DEADLINES = []
  private_constant :RUNCELL_DEADLINES

  def self.runcell_now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

  # Raises what the first deadline that has passed is to raise, as if at the first of `frames`.
  def self.runcell_check(frames)
    now = runcell_now
    passed = RUNCELL_DEADLINES.find { |deadline, _| deadline <= now } or return
    over = passed[1]
    passed[0] = Float::INFINITY
    over.set_backtrace(frames.reject { |frame| frame.start_with?(__FILE__, "eval:") })
    raise over
  end

  # How long a sleep may last; nil is for ever.
  def self.runcell_sleep(wanted)
    left = RUNCELL_DEADLINES.map(&:first).min or return wanted
    left = [left - runcell_now, 0].max
    wanted && wanted < left ? wanted : left
  end

  def timeout(sec, klass = nil, message = nil)
    return yield(sec) if sec.nil? || sec.zero?
    raise ArgumentError, "Timeout sec must be a non-negative number" if sec.negative?
    message ||= "execution expired"
    over = (klass || Timeout::ExitException).new(message)
    watch = TracePoint.new(:line, :c_return) do |event|
      next if event.path == __FILE__ || event.path == "eval"
      next if event.path.start_with?("<internal:") && event.path != "<internal:numeric>"
      Timeout.runcell_check(caller)
    end
    RUNCELL_DEADLINES << [Timeout.runcell_now + sec, over]
    begin
      watch.enable(target_thread: Thread.current)
      yield(sec)
    rescue Timeout::ExitException => error
      raise unless error.equal?(over)
      raise Timeout::Error, message, error.backtrace
    ensure
      watch.disable
      RUNCELL_DEADLINES.pop
    end
  end
  module_function :timeout
  public :timeout
RUBY

module Kernel
  original = instance_method(:sleep)
  define_method(:sleep) do |*seconds|
    raise ArgumentError, "wrong number of arguments (given #{seconds.size}, expected 0..1)", caller(0) if seconds.size > 1
    wanted = seconds.first
    unless wanted.nil? || Numeric === wanted
      # What can be divided into seconds and a part of one is a time as well.
      raise TypeError, "can't convert #{wanted.class} into time interval", caller(0) unless wanted.respond_to?(:divmod)
      wanted = wanted.divmod(1).sum
    end
    raise ArgumentError, "time interval must not be negative", caller(0) if wanted && wanted.negative?
    allowed = Timeout.runcell_sleep(wanted)
    slept = allowed ? original.bind_call(self, allowed) : original.bind_call(self)
    Timeout.runcell_check(caller(0)) unless allowed.equal?(wanted)
    slept
  end
  module_function :sleep
end
