# Owns: what an image holds before its first run: the working folder, the
# libraries that are loaded ahead, and a heap laid out so that a short program
# touches few pages of it. Evaluated once, after driver.rb and absent.rb.

Dir.chdir("/work")
STDOUT.sync = true
STDERR.sync = true

# Loaded ahead: what programs ask for often and what defines no name that a
# program is likely to want for itself (so no matrix, logger, observer).
%w[
  json set time date stringio strscan erb csv yaml digest digest/md5 digest/sha1 digest/sha2 securerandom
  bigdecimal bigdecimal/util ostruct optparse pp forwardable tempfile tmpdir fileutils pathname uri
  timeout tsort zlib delegate shellwords base64 open3 weakref find English prism error_highlight
].each do |name|
  require name
rescue LoadError
  nil # this version has no such library
end

4.times { GC.start }
