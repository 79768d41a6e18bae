class Shop
  def buy(item)
    price(item) * 2
  end

  def price(item)
    raise ArgumentError, "no price of #{item}" if item == :moon
    1
  end
end
[1].each { |x| Shop.new.buy(:moon) }
