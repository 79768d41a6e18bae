# Every way to change ENV changes the local time.
show = -> { puts Time.at(0).strftime("%H %Z") }
ENV["TZ"] = "Asia/Tokyo"
show.()
ENV.store("TZ", "America/New_York")
show.()
ENV.delete("TZ")
show.()
ENV.update("TZ" => "Asia/Kolkata")
show.()
ENV.merge!({ "TZ" => "Europe/Berlin" }, { "OTHER" => "x" }) { |_, _, new| new }
show.()
before = ENV.to_h
ENV.replace(before.merge("TZ" => "Asia/Tokyo"))
show.()
ENV.reject! { |name, _| name == "TZ" }
show.()
ENV["TZ"] = "JST-9"
ENV.delete_if { |name, _| name == "TZ" }
show.()
ENV["TZ"] = "JST-9"
ENV.keep_if { |name, _| name != "TZ" }
show.()
ENV["TZ"] = "JST-9"
ENV.select! { |name, _| name != "TZ" }
show.()
p ENV["OTHER"], ENV.key?("TZ"), (ENV["X"] = "1"), ENV.delete("X"), ENV.delete("X") { |name| "no #{name}" }
ENV["TZ"] = "JST-9"
ENV.clear
show.()
begin
  ENV["A"] = 1
rescue TypeError => e
  puts e.message
end
