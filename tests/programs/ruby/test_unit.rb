require "test/unit"
class T < Test::Unit::TestCase
  def test_good = assert_equal(4, 2 + 2)
end
