puts "begun"
require "nokogiri"
