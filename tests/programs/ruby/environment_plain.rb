# The environment is that of a plain machine, and all of it can be taken away.
p ENV.keys.sort
ENV.clear
p ENV.to_h, ENV["HOME"], ENV.empty?
ENV["A"] = "1"
p ENV.delete("A"), ENV.size
