$stdout.close
exit 3
