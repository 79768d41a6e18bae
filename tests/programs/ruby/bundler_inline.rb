# bundler/inline: gems that come with ruby are there, for others there is no network.
require "bundler/inline"
gemfile(true, quiet: true) do
  source "https://rubygems.org"
  gem "json"
  gem "minitest", require: false
  group(:test) { gem "rexml", ">= 3", require: "rexml/document" }
end
puts REXML::Document.new("<a/>").root.name, JSON.generate([1])
begin
  gemfile do
    source "https://rubygems.org"
    gem "rack", "~> 3.0"
    gem "nokogiri"
  end
rescue StandardError => e
  puts e.class, e.message, e.backtrace
end
puts Gem::Version.new("1.10.0") > Gem::Version.new("1.9.9"), Gem::Requirement.new("~> 2.1").satisfied_by?(Gem::Version.new("2.9"))
begin
  Gem.install("rack")
rescue StandardError => e
  puts e.class, e.message
end
