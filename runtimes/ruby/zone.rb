# Owns: the local time of ENV["TZ"]: names of the tz database (/etc/zoneinfo) and POSIX strings (EST5EDT,M3.2.0,M11.1.0).
# The libc of this build knows UTC alone. Does not own: the methods of Time that ask for local time (local_time.rb).
# Evaluated after boot.rb.

module Runcell
  # A zone as Time takes it for `in:`; see "Timezone Objects" in the documentation of Time.
  class Zone
    # What lies below /usr is in the module: nothing of the cell's is seen there.
    FOLDER = "/etc/zoneinfo"
    DAY = 86_400
    EPOCH = Time.utc(1970)
    PART = /\A(?:<([A-Za-z0-9+-]+)>|([A-Za-z]+))([+-]?\d{1,3}(?::\d\d){0,2})?/
    RULE = /\A(?:M(\d+)\.(\d+)\.(\d+)|J(\d+)|(\d+))(?:\/([+-]?\d{1,3}(?::\d\d){0,2}))?\z/
    # What is meant by a summer time without dates.
    USUAL = "M3.2.0,M11.1.0"
    Period = Struct.new(:offset, :dst, :abbr)

    attr_reader :name

    class << self
      # The zone of a TZ; nil for UTC, which needs none.
      def named(text)
        @named ||= {}
        @named.fetch(text) { @named[text] = make(text.delete_prefix(":")) }
      end

      private

      def make(text)
        return if ["", "UTC", "UTC0", "GMT0"].include?(text)
        data = read(text)
        zone = allocate
        zone.send(:start, text, data)
        zone
      end

      def read(text)
        return if text.start_with?("/") || text.split("/").include?("..")
        data = File.binread("#{FOLDER}/#{text}")
        data if data.start_with?("TZif")
      rescue SystemCallError
        nil
      end
    end

    # What Time asks of a zone.
    def utc_to_local(time) = time.to_i + period(time.to_i).offset
    def dst?(time) = period(time.to_i).dst
    def abbr(time) = period(time.to_i).abbr

    def local_to_utc(time)
      seconds = time.to_i
      seconds - offset_of_local(seconds)
    end

    # The offset of a time on the clock. Of two such times, the later one; `dst` true asks for that of summer.
    def offset_of_local(seconds, dst = nil)
      before = period(seconds - DAY).offset
      offsets = [before, period(seconds + DAY).offset].uniq
      fitting = offsets.select { |offset| period(seconds - offset).offset == offset }
      return before if fitting.empty? # the clock was put forward past it
      dst ? fitting.max : fitting.min
    end

    # What counts at a moment: Period.
    def period(seconds)
      return by_rule(seconds) if @times.empty? || seconds >= @times.last
      after = @times.bsearch_index { |time| time > seconds }
      after.zero? ? @first : @periods[after - 1]
    end

    private

    def start(text, data)
      @name = text
      @times = []
      footer = data ? load(data) : text
      posix(footer) || (@standard = @periods&.last || Period.new(0, false, text[/\A[A-Za-z]{3,}/] || "UTC"))
    end

    # Takes the moments of change from a file (the second part of it, with 64 bits); returns the rule for later ones.
    def load(data)
      version = data.getbyte(4)
      head = 0
      sizes = data[head + 20, 24].unpack("N6")
      if version >= 50 # "2"
        utc, std, leap, moments, types, chars = sizes
        head += 44 + moments * 5 + types * 6 + chars + leap * 8 + std + utc
        sizes = data[head + 20, 24].unpack("N6")
      end
      utc, std, leap, moments, types, chars = sizes
      width = version >= 50 ? 8 : 4
      at = head + 44
      @times = data[at, moments * width].unpack(width == 8 ? "q>*" : "l>*")
      kinds = data[at += moments * width, moments].unpack("C*")
      names = data[(at += moments) + types * 6, chars]
      all = Array.new(types) do |i|
        offset, dst, name = data[at + i * 6, 6].unpack("l>CC")
        Period.new(offset, dst == 1, names[name..][/\A[^\0]*/].force_encoding(Encoding::US_ASCII))
      end
      @periods = kinds.map { |kind| all[kind] }
      @first = all.find { |kind| !kind.dst } || all.first
      @periods << @first if @periods.empty?
      at += types * 6 + chars + leap * (width + 4) + std + utc
      version >= 50 ? data[at..].strip : ""
    end

    # Reads a POSIX string; false if it is none.
    def posix(text)
      name, offset, rest = part(text)
      return false unless offset
      @standard = Period.new(-offset, false, name)
      return true if rest.empty?
      name, offset, rest = part(rest)
      return false unless name
      @summer = Period.new(offset ? -offset : @standard.offset + 3600, true, name)
      rules = (rest.empty? ? USUAL : rest.delete_prefix(",")).split(",").map { |rule| RULE.match(rule) }
      return (@summer = nil) || true unless rules.size == 2 && rules.all?
      @from, @to = rules
      true
    end

    def part(text)
      found = PART.match(text) or return
      name = (found[1] || found[2]).dup.force_encoding(Encoding::US_ASCII)
      name.size >= 3 ? [name, found[3] && seconds_of(found[3]), found.post_match] : nil
    end

    def seconds_of(text)
      hours, minutes, seconds = text.delete("+-").split(":").map(&:to_i)
      total = hours * 3600 + (minutes || 0) * 60 + (seconds || 0)
      text.start_with?("-") ? -total : total
    end

    def by_rule(seconds)
      return @standard unless @summer
      year = (EPOCH + seconds + @standard.offset).year
      from = start_of(@from, year) - @standard.offset
      to = start_of(@to, year) - @summer.offset
      summer = from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to
      summer ? @summer : @standard
    end

    # The moment of a rule in a year, as if its clock were UTC's.
    def start_of(rule, year)
      _, month, week, day, julian, plain, time = *rule
      base = Time.utc(year).to_i
      date =
        if month then day_of_week(year, month.to_i, week.to_i, day.to_i)
        elsif julian then base + (julian.to_i - (leap?(year) && julian.to_i > 59 ? 0 : 1)) * DAY
        else base + plain.to_i * DAY
        end
      date + (time ? seconds_of(time) : 7200)
    end

    # The first to fourth, or for 5 the last, such day of the week in a month.
    def day_of_week(year, month, week, day)
      first = Time.utc(year, month)
      date = first.to_i + (((day - first.wday) % 7) + (week - 1) * 7) * DAY
      date -= 7 * DAY while (EPOCH + date).month != month
      date
    end

    def leap?(year) = (year % 4).zero? && (year % 100 != 0 || (year % 400).zero?)
  end
end
