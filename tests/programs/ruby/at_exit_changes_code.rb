at_exit { exit 4 }
at_exit { puts $!.class }
raise "main"
