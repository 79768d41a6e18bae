require "minitest/autorun"
class T < Minitest::Test
  def test_good = assert_equal(4, 2 + 2)
  def test_bad = assert_equal(5, 2 + 2)
end
