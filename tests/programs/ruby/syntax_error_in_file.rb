begin
  require_relative "lib"
rescue SyntaxError => e
  puts e.class, e.path
end
load "lib.rb"
