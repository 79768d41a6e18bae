def who = caller
def where = caller_locations(1, 1).first
def deep = who
p who, deep, caller, caller(0), where.lineno, where.label, where.path
p __FILE__, __dir__, __method__, $0, $PROGRAM_NAME, __FILE__ == $0, self.to_s
p binding.local_variables, method(:who).source_location, RUBY_ENGINE
puts "main" if __FILE__ == $PROGRAM_NAME
