require "bigdecimal"
