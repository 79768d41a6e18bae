# What a program makes of Process is no matter to how it ends.
module Process
  def self.exit!(*) = puts("not that way")
end
puts "said"
exit 5
