# Owns: permission bits of files: chmod, the umask, stat and the questions of File agree with each other. WASI has no
# such bits, so they are kept here, by the number of a file and the time at which it was made. As for the owner of a
# machine, they bind nobody: what may not be written can be opened for writing all the same. Evaluated after driver.rb.

module Runcell
  module Permission
    # The numbers of the two folders that every tree begins with.
    WORK, TMP = 1, 2
    USUAL = { "directory" => 0o777, "link" => 0o777 }.freeze
    MODES = {}
    # Since when new files do not get which bits.
    MASKS = [[0, 0o022]]
    # Which bits the questions of `File` and `File::Stat` ask for.
    OWNER = { readable: 4, writable: 2, executable: 1 }.freeze
    WORLD = { world_readable?: 0o004, world_writable?: 0o002 }.freeze
    SPECIAL = { setuid?: 0o4000, setgid?: 0o2000, sticky?: 0o1000 }.freeze
    ORIGINAL = { stat: File.method(:stat), lstat: File.method(:lstat), clock: Process.method(:clock_gettime) }.freeze

    class << self
      # A number is used again after its file is gone; the time at which a file was made is not.
      def key(stat) = [stat.ino, made(stat)]

      def made(stat)
        time = stat.ctime
        time.to_i * 1_000_000_000 + time.nsec
      end

      def of(stat) = MODES[key(stat)] || first(stat, stat.ftype)

      # What a file has that nobody has set the bits of.
      def first(stat, kind)
        made = made(stat)
        if kind == "link" || kind == "characterSpecial"
          USUAL.fetch(kind, 0o666)
        elsif !made.zero? || stat.ino == WORK
          USUAL.fetch(kind, 0o666) & ~MASKS.reverse_each.find { |since, _| since <= made }.last
        elsif stat.ino == TMP
          0o1777
        else # of the runtime, and nobody's to change
          kind == "directory" ? 0o555 : 0o444
        end
      end

      def change(stat, mode, path)
        raise Errno::EROFS, path.to_s, caller(0) if made(stat).zero? && ![WORK, TMP].include?(stat.ino)
        MODES[key(stat)] = mode & 0o7777
      end

      # Has a file that was made just now the bits that its maker wants.
      def made_with(path, mode)
        mode = Integer(mode) & 0o7777
        change(ORIGINAL[:lstat].call(path), mode & ~MASKS.last.last, path)
      end

      def mask(mask = nil)
        before = MASKS.last.last
        MASKS << [ORIGINAL[:clock].call(Process::CLOCK_REALTIME, :nanosecond), Integer(mask) & 0o777] if mask
        before
      end

      # Bits as they are now: a later chmod does not change what was asked before.
      def tell(stat)
        stat.instance_variable_set(:@runcell_mode, of(stat))
        stat
      end

      # The bits that the arguments of an open name for a file that is yet to be made.
      def wanted(path = nil, _mode = nil, bits = nil, *, options)
        bits ||= options[:perm]
        named = bits && (String === path || path.respond_to?(:to_path) || path.respond_to?(:to_str))
        bits if named && !File.exist?(path)
      end

      # What the owner may do with a file: 4, 2 and 1 of its bits.
      def allows?(path, bit)
        stat = path.respond_to?(:to_io) ? path.to_io.stat : File.stat(path)
        stat.mode >> 6 & bit == bit
      rescue SystemCallError
        false
      end
    end
  end

  permission = Permission

  [[File.singleton_class, :stat], [File.singleton_class, :lstat], [IO, :stat], [File, :lstat]].each do |owner, name|
    original = owner.instance_method(name)
    owner.define_method(name) { |*path| permission.tell(original.bind_call(self, *path)) }
  end

  class << File
    permission = Permission
    { chmod: :stat, lchmod: :lstat }.each do |name, look|
      define_method(name) do |mode, *paths|
        mode = Integer(mode)
        paths.each { |path| permission.change(permission::ORIGINAL[look].call(path), mode, path) }.size
      end
    end
    define_method(:umask) { |*mask| permission.mask(*mask) }
  end

  File.define_method(:chmod) do |mode|
    permission.change(stat, Integer(mode), path)
    0
  end

  [[File, :initialize], [IO.singleton_class, :sysopen]].each do |owner, name|
    original = owner.instance_method(name)
    owner.define_method(name) do |*parts, **options, &block|
      bits = permission.wanted(*parts, options)
      result = original.bind_call(self, *parts, **options, &block)
      permission.made_with(parts.first, bits) if bits && File.exist?(parts.first)
      result
    end
  end
  File.send(:private, :initialize)
  %i[write binwrite].each do |name|
    original = IO.singleton_class.instance_method(name)
    IO.singleton_class.define_method(name) do |*parts, **options|
      bits = permission.wanted(parts.first, options)
      result = original.bind_call(self, *parts, **options)
      permission.made_with(parts.first, bits) if bits
      result
    end
  end

  make = Dir.method(:mkdir).unbind
  Dir.define_singleton_method(:mkdir) do |path, mode = nil|
    result = make.bind_call(self, path)
    permission.made_with(path, mode) if mode
    result
  end

  File::Stat.class_eval do
    kind = instance_method(:mode)
    define_method(:mode) { kind.bind_call(self) | (@runcell_mode || permission.of(self)) }
    permission::OWNER.each do |name, bit|
      ["#{name}?", "#{name}_real?"].each { |asked| define_method(asked) { mode >> 6 & bit == bit } }
    end
    permission::WORLD.each { |asked, bit| define_method(asked) { mode & bit == 0 ? nil : mode & 0o777 } }
    permission::SPECIAL.each { |asked, bit| define_method(asked) { mode & bit != 0 } }
  end

  [File, FileTest].each do |owner|
    permission::OWNER.each do |name, bit|
      ["#{name}?", "#{name}_real?"].each do |asked|
        owner.define_singleton_method(asked) { |path| permission.allows?(path, bit) }
      end
    end
    [*permission::WORLD.keys, *permission::SPECIAL.keys].each do |asked|
      owner.define_singleton_method(asked) do |path|
        File.stat(path).public_send(asked)
      rescue SystemCallError
        permission::WORLD.key?(asked) ? nil : false
      end
    end
  end
end
