$stderr.close
$stdout.close
raise "nobody hears this"
