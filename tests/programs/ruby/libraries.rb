require "json"; require "set"; require "time"; require "erb"; require "csv"; require "yaml"; require "date"
require "digest"; require "stringio"; require "strscan"; require "ostruct"; require "forwardable"; require "pp"
puts JSON.pretty_generate({ "a" => [1, 2.5, nil, true], "b" => { "c" => "é" } }), JSON.parse('{"x":[1,{"y":null}]}', symbolize_names: true)
begin; JSON.parse("{"); rescue JSON::ParserError => e; puts e.class; end
p Set[3, 1, 3].sort, Set[1, 2] | [3], Set[1].subset?(Set[1, 2])
puts Time.parse("2024-02-29 12:30:00 UTC").iso8601, Time.at(0).utc.strftime("%a %d %b %Y %H:%M:%S"), Time.iso8601("2024-01-02T03:04:05+02:00")
puts ERB.new("<% 2.times do |i| -%>\n<%= i %>,\n<% end -%>", trim_mode: "-").result, ERB.new("x=<%= x %>").result_with_hash(x: 5)
puts CSV.parse("a,b\n1,\"x,y\"\n", headers: true).map(&:to_h).inspect, CSV.generate { |c| c << [1, "q\"q", nil] }
puts YAML.load("a: [1, 2]\nb: {c: d}\ne: 2024-01-01x\n").inspect, { "k" => [1, nil, "yes"] }.to_yaml
puts Date.new(2024, 2, 29) >> 12, (Date.new(2024, 3, 1) - Date.new(2024, 2, 1)).to_i, Date.parse("3rd Feb 2001").strftime("%F %A"), Date.valid_date?(2023, 2, 29)
puts DateTime.new(2001, 2, 3, 4, 5, 6).iso8601
puts Digest::MD5.hexdigest("a"), Digest::SHA256.hexdigest("abc")[0, 16], Digest::SHA512.base64digest("x")[0, 10], Digest::SHA1.hexdigest("")
io = StringIO.new("one\ntwo\n"); p io.gets, io.read, io.eof?
scanner = StringScanner.new("3.14 foo"); p scanner.scan(/\d+/), scanner.scan(/\./), scanner.scan_until(/ /), scanner.rest
o = OpenStruct.new(a: 1); o.b = 2; p o, o.to_h, o[:a], o.respond_to?(:b), o.c
class Queue2; extend Forwardable; def_delegators :@a, :push, :size; def_delegator :@a, :shift, :take; def initialize = @a = []; end
q = Queue2.new; q.push 1; q.push 2; p q.take, q.size
pp({ "key" => "v" * 40, "other" => ["w" * 40] })
