# frozen_string_literal: true
# a comment
begin
  "a" << "b"
rescue FrozenError => e
  puts e.message
end
