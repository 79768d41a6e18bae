# Owns: the methods of Time, Date and File that give local time, for a TZ other than UTC (zone.rb). Without one they do what
# they did. Evaluated after zone.rb.

module Runcell
  # The zone that counts; nil for UTC. Asked for with every time, so that the environment is looked at once a change.
  def self.zone
    return @zone if @zone_known
    @zone_known = true
    name = RAW_ENV.call("TZ")
    @zone = name.nil? || name == "UTC" || name.empty? ? nil : Zone.named(name)
  end

  def self.forget_zone = @zone_known = false

  # The moment of a time on the clock, which `clock` shows as if it were UTC's.
  def self.moment(zone, clock, dst = nil) = clock.to_r - zone.offset_of_local(clock.to_i, dst)

  # Has methods of `owner` that return times give local ones.
  def self.give_local(owner, *names)
    names.each do |name|
      original = owner.instance_method(name)
      owner.define_method(name) do |*args|
        time = original.bind_call(self, *args)
        (zone = Runcell.zone) ? time.localtime(zone) : time
      end
    end
  end
end

class << ENV
  %i[[]= store delete clear replace update merge! delete_if keep_if reject! select! filter! shift].each do |name|
    original = instance_method(name)
    define_method(name) do |*parts, **pairs, &block|
      original.bind_call(self, *parts, **pairs, &block)
    ensure
      Runcell.forget_zone
    end
  end
end

class Time
  class << self
    now = instance_method(:now)
    define_method(:now) do |**options|
      zone = options.empty? && Runcell.zone
      zone ? now.bind_call(self, in: zone) : now.bind_call(self, **options)
    end

    at = instance_method(:at)
    define_method(:at) do |time, *rest, **options|
      zone = options.empty? && !(Time === time) && Runcell.zone
      zone ? at.bind_call(self, time, *rest, in: zone) : at.bind_call(self, time, *rest, **options)
    end

    Runcell.define_singleton_method(:time_at) { |type, moment, zone| at.bind_call(type, moment, in: zone) }

    local = instance_method(:local)
    utc = instance_method(:utc)
    define_method(:local) do |*args|
      zone = Runcell.zone or next local.bind_call(self, *args)
      at.bind_call(self, Runcell.moment(zone, utc.bind_call(self, *args), args.size == 10 ? args[8] : nil), in: zone)
    end
    alias_method :mktime, :local
  end

  ZONED = /(?:[+-]\d\d(?::?\d\d){0,2}|Z|UTC)\s*\z/
  private_constant :ZONED

  start = instance_method(:initialize)
  define_method(:initialize) do |*args, **options|
    zone = !options.key?(:in) && args[6].nil? && Runcell.zone
    next start.bind_call(self, *args, **options) if !zone || (args.size == 1 && String === args[0] && ZONED.match?(args[0]))
    next start.bind_call(self, **options, in: zone) if args.empty?
    clock = Time.allocate
    start.bind_call(clock, *args.first(6), **options, in: "UTC")
    initialize_copy(Runcell.time_at(self.class, Runcell.moment(zone, clock), zone))
  end

  %i[localtime getlocal].each do |name|
    original = instance_method(name)
    define_method(name) do |offset = nil|
      zone = offset || Runcell.zone
      zone ? original.bind_call(self, zone) : original.bind_call(self)
    end
  end

  zone_of = instance_method(:zone)
  define_method(:zone) do
    zone = zone_of.bind_call(self)
    Runcell::Zone === zone ? zone.abbr(self) : zone
  end

  parts = instance_method(:to_a)
  define_method(:to_a) { parts.bind_call(self)[0..8] << zone }
  keys = instance_method(:deconstruct_keys)
  define_method(:deconstruct_keys) do |wanted|
    found = keys.bind_call(self, wanted)
    found[:zone] = zone if found.key?(:zone)
    found
  end
end

class << Date
  today = instance_method(:today)
  define_method(:today) do |*start|
    Runcell.zone ? Time.now.to_date.new_start(*start) : today.bind_call(self, *start)
  end
end

class << DateTime
  now = instance_method(:now)
  define_method(:now) do |*start|
    Runcell.zone ? Time.now.to_datetime.new_start(*start) : now.bind_call(self, *start)
  end
end

Runcell.give_local(File.singleton_class, :atime, :ctime, :mtime)
Runcell.give_local(File, :atime, :ctime, :mtime)
Runcell.give_local(File::Stat, :atime, :ctime, :mtime)
