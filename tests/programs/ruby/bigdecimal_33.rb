require "bigdecimal"
require "bigdecimal/util"
p BigDecimal("0.1") + BigDecimal("0.2"), "1.50".to_d.to_s("F"), BigDecimal("1").div(3, 10)
puts BigDecimal("123.456").round(1).to_s, RUBY_VERSION[0, 3]
