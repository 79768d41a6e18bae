class Oops < StandardError; def initialize(m = "own message") = super; end
raise Oops
