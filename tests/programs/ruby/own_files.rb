require_relative "lib/greet"
require "./lib/other"
p require_relative("lib/greet"), require("/work/lib/other.rb")
puts Greet.hello("you"), OTHER
2.times { load "counted.rb" }
p $counted
$LOAD_PATH.unshift File.join(__dir__, "lib")
require "found"
p FOUND, $LOADED_FEATURES.grep(/work/).sort
autoload :Late, "./lib/late"
p Late::X
begin; require "./missing"; rescue LoadError => e; puts e.message, e.path; end
begin; require_relative "missing"; rescue LoadError => e; puts e.message; end
eval File.read("lib/text.rb")
