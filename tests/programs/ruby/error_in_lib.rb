require_relative "lib/deep"
Deep.run { raise IOError, "inside" }
