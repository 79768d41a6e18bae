# Local time follows ENV["TZ"]: names of the tz database and POSIX strings, in everything that gives or takes local time.
require "time"
require "date"
def show(*values) = puts(values.map { |value| value.nil? ? "nil" : value.to_s }.join(" | "))
show Time.now.zone, Time.at(0), Time.new(2024, 7, 1), Time.local(2024, 7, 1).utc_offset, ENV["TZ"]

ENV["TZ"] = "Asia/Tokyo"
show Time.at(0), Time.local(2024, 7, 1).utc_offset, Time.now.zone, Time.now.utc_offset, Time.now.utc?
show Time.new(2024, 1, 2, 3, 4, 5.5).iso8601(1), Time.new(2024), Time.new("2024-01-02 03:04:05"), Time.mktime(2000, "feb", 3)
show Time.new(2024, 1, 2, 3, 4, 5, "+02:00"), Time.new(2024, in: "-03:00"), Time.new("2024-01-02 03:04:05Z"), Time.at(0, in: "UTC"), Time.at(1, 500, :millisecond).iso8601(3)
show Time.parse("2024-05-06 07:08"), Time.parse("2024-05-06 07:08 UTC"), Time.strptime("06/05/2024 23:05", "%d/%m/%Y %H:%M"), Time.iso8601("2024-05-06T07:08:09Z").localtime
show Date.new(2024, 2, 3).to_time, DateTime.new(2024, 2, 3, 4).to_time, Time.utc(2024, 2, 3, 20).getlocal, Time.utc(2024, 2, 3, 20).localtime.to_date
show Time.gm(2000, 1, 1), Time.utc(2000).zone, Time.at(0).utc, Time.at(0).gmtime.zone, Time.at(0).getutc

ENV["TZ"] = "America/New_York"
show Time.local(2024, 1, 1).zone, Time.local(2024, 7, 1).zone, Time.local(2024, 7, 1).dst?, Time.local(2024, 1, 1).isdst
show Time.local(2024, 3, 10, 2, 30), Time.local(2024, 3, 10, 1, 59, 59) + 1, Time.local(2024, 11, 3, 1, 30), Time.local(2024, 11, 3, 0, 30) + 3600
show Time.local(0, 30, 1, 3, 11, 2024, nil, nil, true, nil), Time.local(0, 30, 1, 3, 11, 2024, nil, nil, false, nil)
show Time.local(2024, 7, 4, 12).strftime("%Y-%m-%d %H:%M:%S %z %:z %::z %Z %^Z %#Z %s"), Time.local(2024, 12, 25).strftime("%c %-d %b %B %j")
show Time.local(2024, 7, 1).inspect, Time.local(2024, 7, 1).to_a.last(2), Time.local(2024, 7, 1).deconstruct_keys([:zone, :year]), Time.local(2024, 7, 1) - Time.local(2024, 1, 1)
show Time.local(2024, 7, 1).round(0), Time.local(2024, 7, 1) == Time.utc(2024, 7, 1, 4), Time.local(2024, 7, 1).httpdate, Time.local(2024, 7, 1).rfc2822
show Marshal.load(Marshal.dump(Time.local(2024, 7, 1))).utc_offset, Time.at(Time.utc(2024)).utc?, Time.at(Time.local(2024, 7, 1)).zone
File.write("f", "x")
File.utime(0, 0, "f")
show File.mtime("f"), File.stat("f").mtime, File.open("f", &:mtime), File.new("f").atime
show Time.local(1900, 1, 1), Time.local(2100, 7, 1).zone, Time.local(2024, 6, 1, 0, 0, 0).gmtoff

{ "EST5EDT" => 1720000000, "EST5EDT,M3.2.0,M11.1.0" => 1720000000, "CET-1CEST,M3.5.0,M10.5.0/3" => 1720000000, "<+0330>-3:30" => 0, "NZST-12NZDT,M9.5.0,M4.1.0/3" => 0,
  "XXX3YYY,J60/0,J300" => 1709251200, "AAA-5BBB,59,299" => 1709251200, ":Europe/Dublin" => 1704067200, "Australia/Lord_Howe" => 1704067200, "Asia/Kolkata" => 0, "JST-9" => 0,
  "" => 0, "UTC" => 0, "GMT" => 0, "Etc/GMT+5" => 0, "../../etc/passwd" => 0, "No/Where" => 0 }.each do |zone, moment|
  ENV["TZ"] = zone
  time = Time.at(moment)
  show zone, time, time.zone, time.dst?
end
ENV["TZ"] = nil
show Time.at(0), Time.now.zone
begin
  ENV["TZ"] = "Europe/Berlin"
  Time.new(2024, 13)
rescue ArgumentError => e
  show e.message
end
show Time.new(2024, 2, 29, 12).then { |time| [time.year, time.month, time.day, time.hour, time.wday, time.yday, time.zone] }.inspect
class Stamp < Time; end
show Stamp.now.class, Stamp.at(0).zone, Stamp.new(2024, 7, 1).class, Stamp.local(2024, 7, 1).class
show Date.today == Time.now.to_date, DateTime.now.offset == Time.now.to_datetime.offset, Time.now.localtime("+09:00").utc_offset, Time.now.getlocal(3600).utc_offset
