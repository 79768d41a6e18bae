p ARGV, ARGV.map(&:encoding).uniq, $*.equal?(ARGV)
first = ARGV.shift
p first
ARGF.each_line { |line| puts "#{ARGF.filename}:#{ARGF.file.lineno}: #{line}" }
