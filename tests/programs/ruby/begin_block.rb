puts 2
BEGIN { puts 1 }
puts __LINE__
# coding and magic
