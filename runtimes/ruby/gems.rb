# Owns: what asks for gems from the network (bundler/inline, Gem.install), and what is said of a gem that a cell has not.
# The gems that come with ruby are there. Evaluated after boot.rb.

module Runcell
  NO_GEMS = "a cell has no network, only the gems that come with ruby"
  NO_NETWORK = "nothing, a cell has no network"
  INSTEAD = {
    "nokogiri" => "rexml reads XML", "activesupport" => "the standard library", "active_support" => "the standard library",
    "rspec" => "minitest or test-unit", "pry" => "p and pp", "byebug" => "p and pp", "colorize" => "escapes like \"\\e[31m\"",
    "rainbow" => "escapes like \"\\e[31m\"", "thor" => "optparse", "slop" => "optparse", "oj" => "json", "tzinfo" => "ENV[\"TZ\"]",
    **%w[httparty faraday rest-client rest_client excon sinatra rails puma rack mechanize pg mysql2 redis mongo
         active_record activerecord].to_h { |name| [name, NO_NETWORK] },
  }.freeze

  # One line for a program that died of a gem it has not; nil for any other end.
  def self.gem_hint(error)
    return unless LoadError === error && error.path
    name = error.path
    return if HINTS.key?(name) || name.start_with?(".", "/") || name.end_with?(".rb", ".so") || error.message.include?("/work/")
    instead = INSTEAD[name] || INSTEAD[name[%r{\A[^/]+}]]
    "runcell: #{NO_GEMS}; #{name} is none of them#{" (instead: #{instead})" if instead}\n"
  end

  # The block of `gemfile`: collects what it asks for; where it would come from does not matter.
  class Gemfile
    attr_reader :wanted

    def initialize = @wanted = []

    def gem(name, *requirements, **options)
      @wanted << [name, requirements, options.fetch(:require, name)]
    end

    %i[group groups platform platforms install_if source git github path env].each do |name|
      define_method(name) { |*, **, &block| instance_exec(&block) if block }
    end
    %i[ruby git_source gemspec plugin].each { |name| define_method(name) { |*, **, &_block| nil } }
  end

  # What `require "bundler/inline"` would bring: gems that are there are activated and loaded, others are missed.
  def self.gemfile(&block)
    file = Gemfile.new
    file.instance_exec(&block) if block
    missing = file.wanted.reject { |name, requirements, _| activate(name, requirements) }
    unless missing.empty?
      names = missing.map { |name, requirements, _| requirements.empty? ? name : "#{name} (#{requirements.join(", ")})" }
      require "bundler"
      raise Bundler::GemNotFound, "could not find #{names.join(", ")}: #{NO_GEMS}", caller(0)
    end
    file.wanted.each { |_, _, libraries| Array(libraries).each { |library| require library if library } }
  end

  def self.activate(name, requirements)
    Kernel.send(:gem, name, *requirements)
    true
  rescue Gem::LoadError
    # A default gem whose version does not matter is loaded already, or can be.
    requirements.empty? && $LOADED_FEATURES.any? { |feature| feature.end_with?("/#{name}.rb", "/#{name}.so") }
  end
end

# The library is taken for loaded, so that ours stays.
$LOADED_FEATURES << File.join(RbConfig::CONFIG["rubylibdir"], "bundler/inline.rb")

module Kernel
  def gemfile(_install = false, **_options, &block) = Runcell.gemfile(&block)
  private :gemfile
end

# Minitest starts a thread for each processor; told of none, it runs its tests one after the other.
require "etc"
class << Etc
  original = instance_method(:nprocessors)
  define_method(:nprocessors) do
    caller_locations(1, 1).first&.path&.end_with?("/minitest.rb") ? 0 : original.bind_call(self)
  end
end

def Gem.install(name, *, **)
  raise Gem::InstallError, "cannot install #{name}: #{Runcell.const_get(:NO_GEMS)}", caller(0)
end
